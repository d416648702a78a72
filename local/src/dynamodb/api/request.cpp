#include "request.hpp"

#include <ekiden/base/ascii.hpp>

#include <algorithm>
#include <cmath>

#include "errors.hpp"

namespace ekiden::local::dynamodb {
namespace {

constexpr std::size_t kTableNameMin = 3;
constexpr std::size_t kTableNameMax = 255;
constexpr std::size_t kBrokenMax = 10;  // AWS reports no more.

[[noreturn]] void refuse_structured(const json::value& value, std::string_view java_class) {
  if (value.is_array()) {
    refuse_serialization("Unrecognized collection type class " + std::string(java_class));
  }
  refuse_serialization("Start of structure or map found where not expected");
}

std::string scalar_name(const json::value& value) {
  switch (value.kind()) {
    case json::kind::bool_:
      return value.get_bool() ? "TRUE_VALUE" : "FALSE_VALUE";
    case json::kind::double_:
      return std::floor(value.get_double()) == value.get_double() ? "NUMBER_VALUE" : "DECIMAL_VALUE";
    case json::kind::int64:
    case json::kind::uint64:
      return "NUMBER_VALUE";
    case json::kind::string:
      return "STRING_VALUE";
    default:
      return "NULL_VALUE";
  }
}

}  // namespace

std::string_view string_value(const json::value& value) {
  if (value.is_structured()) {
    refuse_structured(value, "java.lang.String");
  }
  if (!value.is_string()) {
    refuse_serialization(scalar_name(value) + " cannot be converted to String");
  }
  return {value.get_string().data(), value.get_string().size()};
}

bool bool_value(const json::value& value) {
  if (value.is_structured()) {
    refuse_structured(value, "java.lang.Boolean");
  }
  if (value.is_string()) {
    const std::string text = base::lower_case(string_value(value));
    if (text == "true" || text == "1" || text == "yes") {
      return true;
    }
    if (text == "false" || text == "0" || text == "no") {
      return false;
    }
    refuse_serialization("Unexpected token received from parser");
  }
  if (!value.is_bool()) {
    refuse_serialization(scalar_name(value) + " cannot be converted to Boolean");
  }
  return value.get_bool();
}

std::int64_t integer_value(const json::value& value) {
  if (value.is_structured()) {
    refuse_structured(value, "java.lang.Integer");
  }
  switch (value.kind()) {
    case json::kind::int64:
      return value.get_int64();
    case json::kind::uint64:
      return INT64_MAX;
    case json::kind::double_:
      return value.get_double() >= 9e18    ? INT64_MAX
             : value.get_double() <= -9e18 ? INT64_MIN
                                           : static_cast<std::int64_t>(std::floor(value.get_double()));
    default:
      refuse_serialization(scalar_name(value) + " cannot be converted to Integer");
  }
}

json::array& list_value(json::value& value) {
  if (value.is_object()) {
    refuse_serialization("Start of structure or map found where not expected");
  }
  if (!value.is_array()) {
    refuse_serialization("Unexpected field type");
  }
  return value.get_array();
}

json::object& map_value(json::value& value, std::string_view of) {
  if (value.is_array()) {
    const std::string_view package = of.find('.') == std::string_view::npos ? "com.amazonaws.dynamodb.v20120810." : "";
    refuse_serialization("Unrecognized collection type java.util.Map<java.lang.String, " + std::string(package) +
                         std::string(of) + ">");
  }
  if (!value.is_object()) {
    refuse_serialization("Unexpected field type");
  }
  return value.get_object();
}

json::object& structure_value(json::value& value, std::string_view name) {
  if (value.is_array()) {
    refuse_serialization("Unrecognized collection type class com.amazonaws.dynamodb.v20120810." + std::string(name));
  }
  if (!value.is_object()) {
    refuse_serialization("Unexpected value type in payload");
  }
  return value.get_object();
}

json::value* find_member(json::object& object, std::string_view name) {
  json::value* member = object.if_contains(name);
  return member == nullptr || member->is_null() ? nullptr : member;
}

std::optional<std::string_view> find_string(json::object& object, std::string_view name) {
  const json::value* member = find_member(object, name);
  return member == nullptr ? std::nullopt : std::optional(string_value(*member));
}

std::optional<bool> find_bool(json::object& object, std::string_view name) {
  const json::value* member = find_member(object, name);
  return member == nullptr ? std::nullopt : std::optional(bool_value(*member));
}

std::optional<std::int64_t> find_integer(json::object& object, std::string_view name) {
  const json::value* member = find_member(object, name);
  return member == nullptr ? std::nullopt : std::optional(integer_value(*member));
}

json::array* find_list(json::object& object, std::string_view name) {
  json::value* member = find_member(object, name);
  return member == nullptr ? nullptr : &list_value(*member);
}

json::object* find_map(json::object& object, std::string_view name, std::string_view of) {
  json::value* member = find_member(object, name);
  return member == nullptr ? nullptr : &map_value(*member, of);
}

void Constraints::add(std::string_view shown, std::string_view path, std::string constraint) {
  std::string text = "Value ";
  text.append(shown).append(" at '").append(path).append("' failed to satisfy constraint: ").append(constraint);
  broken_.push_back(std::move(text));
}

void Constraints::not_null(bool present, std::string_view path) {
  if (!present) {
    add("null", path, "Member must not be null");
  }
}

void Constraints::one_of(std::optional<std::string_view> value, std::string_view path,
                         std::initializer_list<std::string_view> allowed) {
  if (!value || std::find(allowed.begin(), allowed.end(), *value) != allowed.end()) {
    return;
  }
  std::string set;
  for (const std::string_view name : allowed) {
    set.append(set.empty() ? "" : ", ").append(name);
  }
  add("'" + std::string(*value) + "'", path, "Member must satisfy enum value set: [" + set + "]");
}

void Constraints::at_least(std::optional<std::int64_t> value, std::string_view path, std::int64_t least) {
  if (value && *value < least) {
    add("'" + std::to_string(*value) + "'", path,
        "Member must have value greater than or equal to " + std::to_string(least));
  }
}

void Constraints::at_most(std::optional<std::int64_t> value, std::string_view path, std::int64_t most) {
  if (value && *value > most) {
    add("'" + std::to_string(*value) + "'", path,
        "Member must have value less than or equal to " + std::to_string(most));
  }
}

void Constraints::length(std::size_t length, std::string_view shown, std::string_view path, std::size_t least,
                         std::size_t most) {
  const std::string quoted = "'" + std::string(shown) + "'";
  if (length < least) {
    add(quoted, path, "Member must have length greater than or equal to " + std::to_string(least));
  }
  if (length > most) {
    add(quoted, path, "Member must have length less than or equal to " + std::to_string(most));
  }
}

void Constraints::table_name(std::optional<std::string_view> value, std::string_view path) {
  not_null(value.has_value(), path);
  if (!value) {
    return;
  }
  table_name_characters(*value, path);
  const std::string_view name = table_name_of(*value);
  length(name.size(), name, path, kTableNameMin, kTableNameMax);
}

void Constraints::table_name_characters(std::string_view value, std::string_view path) {
  const std::string_view name = table_name_of(value);
  if (!base::consists_of_alphanumerics_and(name, "_.-")) {
    add("'" + std::string(name) + "'", path, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  }
}

void Constraints::enforce() const {
  if (broken_.empty()) {
    return;
  }
  const std::size_t count = std::min(broken_.size(), kBrokenMax);
  std::string message =
      std::to_string(count) + (count > 1 ? " validation errors detected: " : " validation error detected: ");
  for (std::size_t i = 0; i < count; ++i) {
    message.append(i == 0 ? "" : "; ").append(broken_[i]);
  }
  refuse_validation(std::move(message));
}

std::string_view table_name_of(std::string_view name_or_arn) {
  if (!name_or_arn.starts_with("arn:")) {
    return name_or_arn;
  }
  const std::size_t slash = name_or_arn.find(":table/");
  return slash == std::string_view::npos ? name_or_arn : name_or_arn.substr(slash + std::string_view(":table/").size());
}

std::string_view require_table_name(json::object& body) {
  const auto given = find_string(body, "TableName");
  if (!given) {
    refuse_validation("The parameter 'TableName' is required but was not present in the request");
  }
  const std::string_view name = table_name_of(*given);
  if (name.size() < kTableNameMin || name.size() > kTableNameMax) {
    refuse_validation("TableName must be at least 3 characters long and at most 255 characters long");
  }
  return name;
}

void refuse_legacy(json::object& body, std::initializer_list<std::string_view> parameters) {
  for (const std::string_view name : parameters) {
    if (find_member(body, name) != nullptr) {
      refuse_validation(
          "The parameter " + std::string(name) +
          " is not supported by this local server. Use expressions instead (ConditionExpression, UpdateExpression, "
          "KeyConditionExpression, FilterExpression, ProjectionExpression)");
    }
  }
}

}  // namespace ekiden::local::dynamodb
