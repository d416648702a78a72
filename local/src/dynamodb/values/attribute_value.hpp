/// Attribute values: DynamoDB's tagged JSON, `{"S": "text"}`, checked, measured and compared.
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

/// The tag on the wire: "S", "N", ...
std::string_view type_name(Type type);
std::optional<Type> type_named(std::string_view name);

/// How deep lists and maps may nest (DynamoDB Developer Guide, "Quotas": 32 levels).
inline constexpr int kNestingMax = 32;
/// The largest item, in bytes as item_size() counts them (same page: 400 KB).
inline constexpr std::size_t kItemSizeMax = 409'600;

/// Checks one attribute value of a request and brings it into canonical form: exactly one member, numbers in plain
/// notation. Returns its size in bytes as DynamoDB counts it. Refuses with SerializationException what is not of
/// the shape, with ValidationException what breaks a rule.
std::size_t check_attribute(json::value& attribute, int depth = 0);

/// Checks every attribute of a map of a request (an item, a key); returns the size, names included.
std::size_t check_attributes(Item& attributes);

/// Below: attributes are canonical.

/// An item as it is stored.
Item parse_item(std::string_view stored, json::storage_ptr storage);

Type type_of(const json::value& attribute);
/// What stands behind the tag: a string, an array, an object or a boolean.
const json::value& content_of(const json::value& attribute);
json::value& content_of(json::value& attribute);
std::string_view text_of(const json::value& attribute);

std::size_t attribute_size(const json::value& attribute);
std::size_t item_size(const Item& item);

/// Equal in type and value; sets without regard to order, lists and maps in depth.
bool equal(const json::value& a, const json::value& b);

/// The order of two numbers, strings or binaries; nothing if the types differ or have no order.
std::optional<std::strong_ordering> compare(const json::value& a, const json::value& b);

/// Builds `{"TAG": content}` in the storage of `content`.
json::value make_attribute(Type type, json::value content);

/// What the value would look like in one of AWS's messages: `{S:text}`.
std::string describe(const json::value& attribute);

}  // namespace ekiden::local::dynamodb
