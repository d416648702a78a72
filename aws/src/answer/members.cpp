#include "members.hpp"

namespace ekiden::aws::answer {
namespace {

using base::JsonKind;
using base::JsonReader;

// "an array", "a string", "null"
std::string with_article(JsonKind kind) {
  const std::string name(base::to_string(kind));
  return kind == JsonKind::kNull ? name : (kind == JsonKind::kArray || kind == JsonKind::kObject ? "an " : "a ") + name;
}

[[noreturn]] void refuse(std::string_view name, JsonKind found, JsonKind expected) {
  throw FormError(std::string(name) + " is " + with_article(found) + ", not " + with_article(expected));
}

std::optional<JsonReader> optional_member(JsonReader from, std::string_view name, JsonKind kind) {
  const std::optional<JsonReader> found = from.find(name);
  if (!found || found->is_null()) {
    return std::nullopt;
  }
  if (found->kind() != kind) {
    refuse(name, found->kind(), kind);
  }
  return found;
}

JsonReader member(JsonReader from, std::string_view name, JsonKind kind) {
  const std::optional<JsonReader> found = optional_member(from, name, kind);
  if (!found) {
    throw FormError("the answer has no " + std::string(name));
  }
  return *found;
}

}  // namespace

std::optional<JsonReader> optional_array(JsonReader from, std::string_view name) {
  return optional_member(from, name, JsonKind::kArray);
}

std::optional<JsonReader> optional_object(JsonReader from, std::string_view name) {
  return optional_member(from, name, JsonKind::kObject);
}

JsonReader array(JsonReader from, std::string_view name) { return member(from, name, JsonKind::kArray); }

JsonReader object(JsonReader from, std::string_view name) { return member(from, name, JsonKind::kObject); }

std::string_view text(JsonReader from, std::string_view name) {
  const std::string_view found = *member(from, name, JsonKind::kString).string();
  if (found.empty()) {
    throw FormError(std::string(name) + " is empty");
  }
  return found;
}

JsonReader expect_object(JsonReader element, std::string_view list) {
  if (element.kind() != JsonKind::kObject) {
    refuse("an element of " + std::string(list), element.kind(), JsonKind::kObject);
  }
  return element;
}

}  // namespace ekiden::aws::answer
