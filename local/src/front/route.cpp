#include "route.hpp"

#include <array>

#include "front/protocols/protocols.hpp"

namespace ekiden::local {

const Frontend* find_frontend(const http::HttpRequest& request) {
  // The Query protocol last: it looks for its operation in the whole body.
  static const std::array<const Frontend*, 3> kFrontends = {&dynamodb_json(), &sqs_json(), &sqs_query()};
  for (const Frontend* frontend : kFrontends) {
    if (frontend->takes(request)) {
      return frontend;
    }
  }
  return nullptr;
}

}  // namespace ekiden::local
