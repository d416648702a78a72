/// Table: the name of a table and its key attributes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "attribute_value.hpp"
#include "document_path.hpp"

namespace ekiden::local::dynamodb {

struct KeyAttribute {
  std::string name;
  Type type = Type::kS;  ///< S, N or B.
};

struct Table {
  std::int64_t id = 0;
  std::string name;
  KeyAttribute hash;
  std::optional<KeyAttribute> range;

  bool is_key(std::string_view attribute) const {
    return attribute == hash.name || (range && attribute == range->name);
  }
};

/// The key of an item, encoded so that the order of bytes is DynamoDB's order.
struct Key {
  std::string hash;
  std::string range;  ///< Empty if the table has no range key.

  auto operator<=>(const Key&) const = default;
};

/// Sizes in bytes (DynamoDB Developer Guide, "Quotas").
inline constexpr std::size_t kHashKeySizeMax = 2048;
inline constexpr std::size_t kRangeKeySizeMax = 1024;

/// The key of an item to store. Rejects an item with a missing key attribute, or one of another type.
Key key_of_item(const Table& table, const Item& item);

/// The key in a request: exactly the key attributes.
Key key_of_request(const Table& table, const Item& key);

/// Rejects paths that lead into a key attribute, because it is always a scalar.
void check_key_paths(const Table& table, std::span<const DocumentPath> paths);

/// Encodes one checked key attribute.
std::string encode_key_value(const json::value& attribute);

/// The key attributes of a stored item.
Item key_attributes(const Table& table, const Item& item);

}  // namespace ekiden::local::dynamodb
