/// AttributeValue and Item: the data of DynamoDB.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ekiden::aws::dynamodb {

class AttributeValue;

/// Attributes by name: an item, a key, or a map inside an item. Sorted by name, so equal items have equal texts.
/// set() inserts into a sorted vector, which is cheap for the few attributes of a usual item.
class Item {
 public:
  using Attribute = std::pair<std::string, AttributeValue>;

  Item() = default;
  Item(std::initializer_list<Attribute> attributes);

  /// Adds or replaces an attribute.
  Item& set(std::string name, AttributeValue value);
  /// nullptr if there is no such attribute.
  const AttributeValue* find(std::string_view name) const;
  bool erase(std::string_view name);
  void reserve(std::size_t attributes);

  std::size_t size() const;
  bool empty() const;
  std::vector<Attribute>::const_iterator begin() const;
  std::vector<Attribute>::const_iterator end() const;
  bool operator==(const Item& other) const;

  /// Makes an item of attributes with distinct names, in any order.
  static Item from(std::vector<Attribute> attributes);

 private:
  std::vector<Attribute> attributes_;
};

/// A number with up to 38 significant digits. It is kept as text, because no C++ type can hold it. Two texts of the
/// same number ("1" and "1.0") compare as different.
struct Number {
  std::string text;
  bool operator==(const Number&) const = default;
};

/// Raw bytes.
struct Binary {
  std::string bytes;
  bool operator==(const Binary&) const = default;
};

struct StringSet {
  std::vector<std::string> values;
  bool operator==(const StringSet&) const = default;
};
struct NumberSet {
  std::vector<std::string> values;
  bool operator==(const NumberSet&) const = default;
};
struct BinarySet {
  std::vector<std::string> values;
  bool operator==(const BinarySet&) const = default;
};

using List = std::vector<AttributeValue>;

/// One value, of one of DynamoDB's ten types. Source: DynamoDB API Reference, "AttributeValue".
class AttributeValue {
 public:
  using Variant =
      std::variant<std::nullptr_t, bool, std::string, Number, Binary, List, Item, StringSet, NumberSet, BinarySet>;

  AttributeValue() : value_(nullptr) {}
  AttributeValue(std::nullptr_t) : value_(nullptr) {}              // NULL
  AttributeValue(bool value) : value_(value) {}                    // BOOL
  AttributeValue(std::string value) : value_(std::move(value)) {}  // S
  AttributeValue(std::string_view value) : value_(std::string(value)) {}
  AttributeValue(const char* value) : value_(std::string(value)) {}
  AttributeValue(Number value) : value_(std::move(value)) {}  // N
  AttributeValue(std::int64_t value) : value_(Number{std::to_string(value)}) {}
  AttributeValue(int value) : AttributeValue(std::int64_t{value}) {}
  AttributeValue(Binary value) : value_(std::move(value)) {}     // B
  AttributeValue(List value) : value_(std::move(value)) {}       // L
  AttributeValue(Item value) : value_(std::move(value)) {}       // M
  AttributeValue(StringSet value) : value_(std::move(value)) {}  // SS
  AttributeValue(NumberSet value) : value_(std::move(value)) {}  // NS
  AttributeValue(BinarySet value) : value_(std::move(value)) {}  // BS

  /// The shortest text that reads back as the same value of its type. DynamoDB stores no infinities, no NaN, and no
  /// magnitudes outside of 1E-130 to 9.99E+125: see check_numbers().
  static AttributeValue number(float value);
  static AttributeValue number(double value);
  static AttributeValue number(long double value);
  /// All digits of an integer, also of one that no double can hold.
  template <std::integral T>
  static AttributeValue number(T value) {
    return Number{std::to_string(value)};
  }

  const Variant& variant() const { return value_; }
  bool operator==(const AttributeValue& other) const { return value_ == other.value_; }

  /// The string of an S; nullptr for other types. number_text() is the same for N.
  const std::string* string() const { return std::get_if<std::string>(&value_); }
  const std::string* number_text() const;
  std::optional<std::int64_t> integer() const;
  std::optional<bool> boolean() const;
  const Item* map() const { return std::get_if<Item>(&value_); }
  const List* list() const { return std::get_if<List>(&value_); }

  /// "S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"
  std::string_view type() const;

 private:
  Variant value_;
};

inline std::size_t Item::size() const { return attributes_.size(); }
inline bool Item::empty() const { return attributes_.empty(); }
inline std::vector<Item::Attribute>::const_iterator Item::begin() const { return attributes_.begin(); }
inline std::vector<Item::Attribute>::const_iterator Item::end() const { return attributes_.end(); }
inline bool Item::operator==(const Item& other) const { return attributes_ == other.attributes_; }

/// The size in bytes that DynamoDB compares with its limit of 400 KB: names and values as UTF-8, two digits of a number
/// in a byte, 3 bytes for a list or map plus 1 for each element.
/// Source: DynamoDB Developer Guide, "DynamoDB item sizes and formats".
std::size_t size_of(const Item& item);
/// 400 KB. Source: DynamoDB Developer Guide, "Quotas".
inline constexpr std::size_t kItemBytesMax = 400 * 1024;

}  // namespace ekiden::aws::dynamodb
