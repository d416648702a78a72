#include "frontend.hpp"

namespace ekiden::local {

std::string_view region_of(const http::HttpRequest& request) {
  constexpr std::string_view kDefault = "us-east-1";
  std::string_view text = request.headers.find("authorization").value_or("");
  const std::size_t credential = text.find("Credential=");
  if (credential == std::string_view::npos) {
    return kDefault;
  }
  text.remove_prefix(credential);
  for (int slashes = 0; slashes < 2; ++slashes) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
      return kDefault;
    }
    text.remove_prefix(slash + 1);
  }
  const std::string_view region = text.substr(0, text.find_first_of("/, "));
  return region.empty() ? kDefault : region;
}

}  // namespace ekiden::local
