// Checks attribute values of requests. The rest of attribute_value.hpp relies on their form.
#include <ekiden/base/base64.hpp>

#include <boost/json/array.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "attribute_value.hpp"
#include "dynamodb/api/errors.hpp"
#include "dynamodb/api/request.hpp"
#include "number.hpp"

namespace ekiden::local::dynamodb {
namespace {

constexpr std::string_view kInvalid = "One or more parameter values were invalid: ";

std::string_view view(const json::value& value) { return {value.get_string().data(), value.get_string().size()}; }

void check_number(json::value& value) {
  const std::string_view text = string_value(value);
  if (!Number::is_canonical_integer(text)) {
    value.get_string() = Number::parse(text).to_text();
  }
}

void check_binary(const json::value& value) {
  if (!value.is_string() && !value.is_structured()) {
    refuse_serialization("only base-64-encoded strings are convertible to bytes");
  }
  if (value.is_array()) {
    refuse_serialization("Unrecognized collection type class java.nio.ByteBuffer");
  }
  const std::string_view text = string_value(value);
  if (text.size() % 4 != 0) {
    refuse_serialization("Base64 encoded length is expected a multiple of 4 bytes but found: " +
                         std::to_string(text.size()));
  }
  if (!base::from_base64(text)) {
    refuse_serialization("Invalid last non-pad Base64 character dectected");  // AWS's spelling.
  }
}

std::string joined(const json::array& elements) {
  std::string text = "[";
  for (const json::value& element : elements) {
    text.append(text.size() > 1 ? ", " : "").append(view(element));
  }
  return text + "]";
}

bool has_duplicates(const json::array& elements) {
  std::vector<std::string_view> sorted;
  sorted.reserve(elements.size());
  for (const json::value& element : elements) {
    sorted.push_back(view(element));
  }
  std::sort(sorted.begin(), sorted.end());
  return std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
}

void check_set(Type type, json::value& content) {
  json::array& elements = list_value(content);
  if (elements.empty()) {
    refuse_validation(std::string(kInvalid) + (type == Type::kSS   ? "An string set  may not be empty"
                                               : type == Type::kNS ? "An number set  may not be empty"
                                                                   : "Binary sets should not be empty"));
  }
  for (json::value& element : elements) {
    if (type == Type::kNS) {
      check_number(element);
    } else if (type == Type::kBS) {
      check_binary(element);
    }
    if (string_value(element).empty()) {
      refuse_validation(std::string(kInvalid) + (type == Type::kSS
                                                     ? "An string set may not have a empty string as a member"
                                                     : "Binary sets may not contain null or empty values"));
    }
  }
  if (!has_duplicates(elements)) {
    return;
  }
  if (type == Type::kNS) {
    refuse_validation("Input collection contains duplicates");
  }
  refuse_validation(std::string(kInvalid) + "Input collection " + joined(elements) +
                    (type == Type::kBS ? "of type BS contains duplicates." : " contains duplicates."));
}

void check_content(Type type, json::value& content, int depth) {
  switch (type) {
    case Type::kS:
      string_value(content);
      return;
    case Type::kN:
      check_number(content);
      return;
    case Type::kB:
      check_binary(content);
      return;
    case Type::kBOOL:
      content = bool_value(content);
      return;
    case Type::kNULL:
      if (!bool_value(content)) {
        refuse_validation(std::string(kInvalid) + "Null attribute value types must have the value of true");
      }
      content = true;
      return;
    case Type::kSS:
    case Type::kNS:
    case Type::kBS:
      check_set(type, content);
      return;
    case Type::kL:
      for (json::value& element : list_value(content)) {
        check_attribute(element, depth + 1);
      }
      return;
    case Type::kM:
      for (auto& member : map_value(content, "AttributeValue")) {
        check_attribute(member.value(), depth + 1);
      }
      return;
  }
}

}  // namespace

std::size_t check_attribute(json::value& attribute, int depth) {
  if (depth > kNestingMax) {
    refuse_validation("Nesting Levels have exceeded supported limits");
  }
  if (attribute.is_array()) {
    refuse_serialization("Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue");
  }
  if (!attribute.is_object() && !attribute.is_null()) {
    refuse_serialization("Unexpected value type in payload");
  }
  std::optional<Type> type;
  bool several = false;
  if (attribute.is_object()) {
    for (auto& member : attribute.get_object()) {
      const std::optional<Type> found = type_named({member.key().data(), member.key().size()});
      if (!found || member.value().is_null()) {
        continue;  // Unknown members are ignored, and null means absent, as in every AWS JSON body.
      }
      several = several || type.has_value();
      type = found;
      check_content(*found, member.value(), depth);
    }
  }
  if (!type) {
    refuse_validation("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  }
  if (several) {
    refuse_validation(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
  }
  json::object& object = attribute.get_object();
  if (object.size() > 1) {
    attribute = make_attribute(*type, std::move(object.at(type_name(*type))));
  }
  return depth == 0 ? attribute_size(attribute) : 0;
}

std::size_t check_attributes(Item& attributes) {
  std::size_t size = 0;
  for (auto& member : attributes) {
    size += member.key().size() + check_attribute(member.value());
  }
  return size;
}

}  // namespace ekiden::local::dynamodb
