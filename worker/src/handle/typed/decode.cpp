#include <ekiden/worker/decode.hpp>

namespace ekiden::worker {

DecodeError::DecodeError(const std::string& path, std::string_view expected, std::string_view found)
    : std::runtime_error((path.empty() ? std::string("the body") : path) + ": expected " + std::string(expected) +
                         ", found " + std::string(found)) {}

namespace detail {

base::JsonReader parse_body(std::string_view text) {
  static thread_local base::JsonDocument document;
  if (const auto error = document.parse(text)) {
    throw DecodeError("the body is not JSON: " + error->reason + " at byte " + std::to_string(error->offset));
  }
  return document.root();
}

std::string_view found_text(const base::JsonReader& json) {
  switch (json.kind()) {
    case base::JsonKind::kNull:
      return "null";
    case base::JsonKind::kBoolean:
      return "a boolean";
    case base::JsonKind::kString:
      return "a string";
    case base::JsonKind::kArray:
      return "an array";
    case base::JsonKind::kObject:
      return "an object";
    case base::JsonKind::kNumber:
      break;
  }
  return "a number";
}

}  // namespace detail

}  // namespace ekiden::worker
