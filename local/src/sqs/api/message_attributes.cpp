#include "message_attributes.hpp"

#include <ekiden/base/ascii.hpp>
#include <ekiden/base/parse.hpp>

#include <algorithm>
#include <cstdint>

#include "limits.hpp"

namespace ekiden::local::sqs {

namespace {

constexpr char kText = 1;
constexpr char kBinary = 2;

void append_sized(std::string& out, std::string_view bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    out += static_cast<char>((size >> shift) & 0xffU);
  }
  out += bytes;
}

std::string_view take_sized(std::string_view& rest) {
  if (rest.size() < 4) {
    rest = {};
    return {};
  }
  std::uint32_t size = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    size = (size << 8U) | static_cast<unsigned char>(rest[i]);
  }
  const std::string_view bytes = rest.substr(4, size);
  rest.remove_prefix(4 + bytes.size());
  return bytes;
}

void append(std::string& out, const MessageAttribute& attribute) {
  append_sized(out, attribute.name);
  append_sized(out, attribute.type);
  out += attribute.binary ? kBinary : kText;
  append_sized(out, attribute.value);
}

bool is_number(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  return base::parse<double>(text).has_value();
}

bool legal_name(std::string_view name) {
  return !name.starts_with("AWS.") && !name.starts_with("Amazon.") && !name.starts_with('.') && !name.ends_with('.') &&
         name.find("..") == std::string_view::npos && base::consists_of_alphanumerics_and(name, "_-.");
}

std::optional<std::string> refusal_of(const MessageAttribute& attribute) {
  const std::string name(attribute.name);
  if (name.empty() || name.size() > kAttributeNameMax) {
    return "The length of message attribute name must be between 1 and 256 characters.";
  }
  if (!legal_name(name)) {
    return "Invalid message (user) attribute name '" + name + "': use letters, digits, '_', '-' and '.'.";
  }
  const std::string_view base = attribute.type.substr(0, attribute.type.find('.'));
  if (base != "String" && base != "Number" && base != "Binary") {
    return "The type of message (user) attribute '" + name +
           "' is invalid. You must use only the following supported type prefixes: Binary, Number, String.";
  }
  if (attribute.value.empty() || attribute.binary != (base == "Binary")) {
    return "Message (user) attribute '" + name + "' must contain a non-empty value of type '" + std::string(base) +
           "'.";
  }
  if (base == "Number" && !is_number(attribute.value)) {
    return "Can't cast the value of message (user) attribute '" + name + "' to a number.";
  }
  return std::nullopt;
}

bool asked_for(std::string_view name, const std::vector<std::string_view>& names) {
  return std::any_of(names.begin(), names.end(), [name](std::string_view pattern) {
    if (pattern == "All" || pattern == ".*") {
      return true;
    }
    if (pattern.ends_with(".*")) {
      return name.starts_with(pattern.substr(0, pattern.size() - 2));
    }
    return name == pattern;
  });
}

}  // namespace

std::optional<std::string> refusal_of(const std::vector<MessageAttribute>& attributes) {
  if (attributes.size() > kMessageAttributesMax) {
    return "Number of message attributes [" + std::to_string(attributes.size()) + "] exceeds the allowed maximum [10].";
  }
  for (auto at = attributes.begin(); at != attributes.end(); ++at) {
    if (auto refusal = refusal_of(*at)) {
      return refusal;
    }
    if (std::any_of(attributes.begin(), at, [&](const auto& other) { return other.name == at->name; })) {
      return "Message (user) attribute name '" + std::string(at->name) + "' already exists.";
    }
  }
  return std::nullopt;
}

std::string encode(std::vector<MessageAttribute> attributes) {
  std::sort(attributes.begin(), attributes.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  std::string out;
  for (const MessageAttribute& attribute : attributes) {
    append(out, attribute);
  }
  return out;
}

std::vector<MessageAttribute> decode(std::string_view encoded) {
  std::vector<MessageAttribute> attributes;
  while (!encoded.empty()) {
    MessageAttribute attribute;
    attribute.name = take_sized(encoded);
    attribute.type = take_sized(encoded);
    attribute.binary = encoded.starts_with(kBinary);
    encoded.remove_prefix(encoded.empty() ? 0 : 1);
    attribute.value = take_sized(encoded);
    attributes.push_back(attribute);
  }
  return attributes;
}

std::size_t size_of(const std::vector<MessageAttribute>& attributes) {
  std::size_t size = 0;
  for (const MessageAttribute& attribute : attributes) {
    size += attribute.name.size() + attribute.type.size() + attribute.value.size();
  }
  return size;
}

std::string choose(std::string_view encoded, const std::vector<std::string_view>& names) {
  std::string out;
  for (const MessageAttribute& attribute : decode(encoded)) {
    if (asked_for(attribute.name, names)) {
      append(out, attribute);
    }
  }
  return out;
}

}  // namespace ekiden::local::sqs
