/// Attribute values: checks, measures and compares DynamoDB's tagged JSON, `{"S": "text"}`.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::local::dynamodb {

namespace json = boost::json;

/// Attribute name to attribute value, each in canonical form (see check_attribute).
using Item = json::object;

enum class Type : std::uint8_t { kS, kN, kB, kSS, kNS, kBS, kM, kL, kBOOL, kNULL };

/// The tag: "S", "N", ...
std::string_view type_name(Type type);
std::optional<Type> type_named(std::string_view name);

/// Maximum nesting depth of lists and maps (DynamoDB Developer Guide, "Quotas": 32 levels).
inline constexpr int kNestingMax = 32;
/// Maximum size of an item, in bytes as item_size() counts them (same page: 400 KB).
inline constexpr std::size_t kItemSizeMax = 409'600;

/// Checks one attribute value of a request and converts it to canonical form: exactly one member, numbers in plain
/// notation. Returns its size in bytes as DynamoDB counts them. Rejects a wrong form with SerializationException, and a
/// violated rule with ValidationException.
std::size_t check_attribute(json::value& attribute, int depth = 0);

/// Checks every attribute of an item or a key of a request. Returns the size, including the names.
std::size_t check_attributes(Item& attributes);

/// The functions below require canonical attributes.

/// Parses a stored item.
Item parse_item(std::string_view stored, json::storage_ptr storage);

Type type_of(const json::value& attribute);
/// The content of the tag: a string, an array, an object or a boolean.
const json::value& content_of(const json::value& attribute);
json::value& content_of(json::value& attribute);
std::string_view text_of(const json::value& attribute);

std::size_t attribute_size(const json::value& attribute);
std::size_t item_size(const Item& item);

/// True if type and value are equal. The order of set elements is ignored; lists and maps are compared in depth.
bool equal(const json::value& a, const json::value& b);

/// Compares two numbers, strings or binary values. Nothing if the types differ or have no order.
std::optional<std::strong_ordering> compare(const json::value& a, const json::value& b);

/// Builds `{"TAG": content}` in the storage of `content`.
json::value make_attribute(Type type, json::value content);

/// The value as in AWS's messages: `{S:text}`.
std::string describe(const json::value& attribute);

}  // namespace ekiden::local::dynamodb
