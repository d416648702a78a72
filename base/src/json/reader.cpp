#include <ekiden/base/decimal.hpp>
#include <ekiden/base/json/reader.hpp>

#include <limits>

#include "node.hpp"

namespace ekiden::base {
namespace {

using Type = JsonNode::Type;

constexpr JsonNode kNull{};

const JsonNode& node_of(const void* node) { return *static_cast<const JsonNode*>(node); }

template <typename T>
std::optional<T> rounded(const JsonNode& node) {
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  switch (node.type) {
    case Type::kReal:
      return nearest<T>(node.view()).value_or(node.view().starts_with('-') ? -kInfinity : kInfinity);
    case Type::kInteger:
      return static_cast<T>(node.integer);
    case Type::kUnsigned:
      return static_cast<T>(node.unsigned_integer);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::string_view to_string(JsonKind kind) {
  switch (kind) {
    case JsonKind::kBoolean:
      return "boolean";
    case JsonKind::kNumber:
      return "number";
    case JsonKind::kString:
      return "string";
    case JsonKind::kArray:
      return "array";
    case JsonKind::kObject:
      return "object";
    case JsonKind::kNull:
      break;
  }
  return "null";
}

JsonKind JsonReader::kind() const {
  switch (node_of(node_).type) {
    case Type::kBoolean:
      return JsonKind::kBoolean;
    case Type::kInteger:
    case Type::kUnsigned:
    case Type::kReal:
      return JsonKind::kNumber;
    case Type::kString:
      return JsonKind::kString;
    case Type::kArray:
      return JsonKind::kArray;
    case Type::kObject:
      return JsonKind::kObject;
    case Type::kNull:
      break;
  }
  return JsonKind::kNull;
}

std::optional<bool> JsonReader::boolean() const {
  const JsonNode& node = node_of(node_);
  return node.type == Type::kBoolean ? std::optional<bool>(node.boolean) : std::nullopt;
}

std::optional<std::string_view> JsonReader::string() const {
  const JsonNode& node = node_of(node_);
  return node.type == Type::kString ? std::optional<std::string_view>(node.view()) : std::nullopt;
}

std::optional<double> JsonReader::number() const { return rounded<double>(node_of(node_)); }

std::optional<float> JsonReader::number_as_float() const { return rounded<float>(node_of(node_)); }

std::optional<std::int64_t> JsonReader::integer() const {
  const JsonNode& node = node_of(node_);
  return node.type == Type::kInteger ? std::optional<std::int64_t>(node.integer) : std::nullopt;
}

std::optional<std::uint64_t> JsonReader::unsigned_integer() const {
  const JsonNode& node = node_of(node_);
  if (node.type == Type::kUnsigned) {
    return node.unsigned_integer;
  }
  return node.type == Type::kInteger && node.integer >= 0 ? std::optional<std::uint64_t>(node.integer) : std::nullopt;
}

std::size_t JsonReader::size() const {
  const JsonNode& node = node_of(node_);
  return node.type == Type::kArray || node.type == Type::kObject ? node.size : 0;
}

JsonReader JsonReader::element(std::size_t i) const {
  const JsonNode& node = node_of(node_);
  return JsonReader(node.type == Type::kArray && i < node.size ? node.children + i : &kNull);
}

JsonReader::Member JsonReader::member(std::size_t i) const {
  const JsonNode& node = node_of(node_);
  if (node.type != Type::kObject || i >= node.size) {
    return {std::string_view(), JsonReader(&kNull)};
  }
  return {node.children[2 * i].view(), JsonReader(node.children + 2 * i + 1)};
}

std::optional<JsonReader> JsonReader::find(std::string_view name) const {
  const JsonNode& node = node_of(node_);
  if (node.type == Type::kObject) {
    for (const JsonNode* child = node.children; child != node.children + 2 * std::size_t{node.size}; child += 2) {
      if (child->view() == name) {
        return JsonReader(child + 1);
      }
    }
  }
  return std::nullopt;
}

std::string_view JsonReader::text(std::string_view name) const {
  const std::optional<JsonReader> member = find(name);
  return member ? member->string().value_or(std::string_view()) : std::string_view();
}

}  // namespace ekiden::base
