#include "json_object.hpp"

#include <ekiden/base/json/reader.hpp>

#include <cstddef>

namespace ekiden::ops {
namespace {

/// A tree of actors is some four levels, each two of JSON.
constexpr std::size_t kDepthMax = 64;

}  // namespace

bool is_json_object(std::string_view text) {
  base::JsonDocument document;
  return !document.parse(text, kDepthMax) && document.root().kind() == base::JsonKind::kObject;
}

}  // namespace ekiden::ops
