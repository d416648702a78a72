#include "json_object.hpp"

#include <ekiden/base/json/reader.hpp>

#include <cstddef>

namespace ekiden::ops {
namespace {

/// A supervision tree has about four levels, and each level nests JSON twice.
constexpr std::size_t kDepthMax = 64;

}  // namespace

bool is_json_object(std::string_view text) {
  base::JsonDocument document;
  return !document.parse(text, kDepthMax) && document.root().kind() == base::JsonKind::kObject;
}

}  // namespace ekiden::ops
