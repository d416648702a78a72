#include "route.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "front/protocols/protocols.hpp"

namespace ekiden::local {

SharedCall enter(http::HttpRequest request) {
  // The Query protocol is last, because it searches the whole body for its operation.
  static const std::array<const Frontend*, 3> kFrontends = {&dynamodb_json(), &sqs_json(), &sqs_query()};
  auto call = std::make_shared<Call>(std::move(request));
  const auto* const taken =
      std::find_if(kFrontends.begin(), kFrontends.end(), [&call](const Frontend* each) { return each->take(*call); });
  call->frontend = taken == kFrontends.end() ? nullptr : *taken;
  return call;
}

}  // namespace ekiden::local
