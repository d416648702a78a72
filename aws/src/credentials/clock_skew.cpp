#include <ekiden/aws/credentials/clock_skew.hpp>

#include <algorithm>
#include <array>

namespace ekiden::aws {

bool may_mean_skew(int http_status, std::string_view code) {
  constexpr std::array<std::string_view, 7> kCodes{
      "AccessDeniedException", "AuthFailure",          "InvalidSignatureException", "RequestExpired",
      "RequestInTheFuture",    "RequestTimeTooSkewed", "SignatureDoesNotMatch"};
  return http_status == 400 || http_status == 401 || http_status == 403 ||
         std::find(kCodes.begin(), kCodes.end(), code) != kCodes.end();
}

}  // namespace ekiden::aws
