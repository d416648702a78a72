/// Reads the members of a request's body. Rejects members of the wrong form in AWS's words.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::local::dynamodb {

namespace json = boost::json;

/// Each returns the value as the named kind, or rejects it with SerializationException.
std::string_view string_value(const json::value& value);
bool bool_value(const json::value& value);
std::int64_t integer_value(const json::value& value);
json::array& list_value(json::value& value);
/// `of` is the Java type of the elements, which AWS's message contains.
json::object& map_value(json::value& value, std::string_view of);
json::object& structure_value(json::value& value, std::string_view name);

/// A member of an object; null counts as absent, as in every AWS JSON body.
json::value* find_member(json::object& object, std::string_view name);

std::optional<std::string_view> find_string(json::object& object, std::string_view name);
std::optional<bool> find_bool(json::object& object, std::string_view name);
std::optional<std::int64_t> find_integer(json::object& object, std::string_view name);
json::array* find_list(json::object& object, std::string_view name);
json::object* find_map(json::object& object, std::string_view name, std::string_view of = "AttributeValue");

/// Collects violated constraints, and rejects the request with all of them in one message, as AWS does ("2 validation
/// errors detected: ...; ...").
class Constraints {
 public:
  /// `path` is AWS's name of the value's place: "tableName", "keySchema.1.member.keyType".
  void not_null(bool present, std::string_view path);
  void one_of(std::optional<std::string_view> value, std::string_view path,
              std::initializer_list<std::string_view> allowed);
  void at_least(std::optional<std::int64_t> value, std::string_view path, std::int64_t least);
  void at_most(std::optional<std::int64_t> value, std::string_view path, std::int64_t most);
  void length(std::size_t length, std::string_view shown, std::string_view path, std::size_t least, std::size_t most);
  /// Requires 3 to 255 characters of a-z A-Z 0-9 _ . -
  void table_name(std::optional<std::string_view> value, std::string_view path = "tableName");

  /// Checks only the characters: the operations on tables check the rest with other messages.
  void table_name_characters(std::string_view value, std::string_view path = "tableName");

  /// Throws if a constraint was violated.
  void enforce() const;

 private:
  void add(std::string_view shown, std::string_view path, std::string constraint);

  std::vector<std::string> broken_;
};

/// The name in a TableName, which can be the name itself or the table's ARN.
std::string_view table_name_of(std::string_view name_or_arn);

/// For the operations on tables: rejects a missing name, and one of less than 3 or more than 255 characters.
std::string_view require_table_name(json::object& body);

/// Rejects the old parameters that expressions replaced, and names the replacement.
void refuse_legacy(json::object& body, std::initializer_list<std::string_view> parameters);

}  // namespace ekiden::local::dynamodb
