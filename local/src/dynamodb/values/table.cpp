#include "table.hpp"

#include <ekiden/base/base64.hpp>

#include "dynamodb/api/errors.hpp"
#include "number.hpp"

namespace ekiden::local::dynamodb {
namespace {

constexpr std::string_view kInvalid = "One or more parameter values were invalid: ";
constexpr std::string_view kSchemaMismatch = "The provided key element does not match the schema";

/// Encodes a key attribute of the right type, or rejects its value.
std::string encode_checked(const json::value& attribute, const KeyAttribute& key, bool is_hash,
                           std::string_view empty_prefix) {
  if (key.type != Type::kN && text_of(attribute).empty()) {
    refuse_validation(std::string(empty_prefix) + "The AttributeValue for a key attribute cannot contain an empty " +
                      (key.type == Type::kS ? "string" : "binary") + " value. Key: " + key.name);
  }
  std::string encoded = encode_key_value(attribute);
  if (encoded.size() > (is_hash ? kHashKeySizeMax : kRangeKeySizeMax)) {
    refuse_validation(std::string(kInvalid) +
                      (is_hash ? "Size of hashkey has exceeded the maximum size limit of2048 bytes"
                               : "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"));
  }
  return encoded;
}

std::string encode_from_item(const Item& item, const KeyAttribute& key, bool is_hash) {
  const json::value* attribute = item.if_contains(key.name);
  if (attribute == nullptr) {
    refuse_validation(std::string(kInvalid) + "Missing the key " + key.name + " in the item");
  }
  if (type_of(*attribute) != key.type) {
    refuse_validation(std::string(kInvalid) + "Type mismatch for key " + key.name + " expected: " +
                      std::string(type_name(key.type)) + " actual: " + std::string(type_name(type_of(*attribute))));
  }
  return encode_checked(*attribute, key, is_hash, "One or more parameter values are not valid. ");
}

std::string encode_from_key(const Item& item, const KeyAttribute& key, bool is_hash) {
  const json::value* attribute = item.if_contains(key.name);
  if (attribute == nullptr || type_of(*attribute) != key.type) {
    refuse_validation(std::string(kSchemaMismatch));
  }
  return encode_checked(*attribute, key, is_hash, kInvalid);
}

}  // namespace

std::string encode_key_value(const json::value& attribute) {
  switch (type_of(attribute)) {
    case Type::kN: {
      std::string encoded;
      Number::parse(text_of(attribute)).append_sortable(encoded);
      return encoded;
    }
    case Type::kB:
      return base::from_base64(text_of(attribute)).value_or("");
    default:
      return std::string(text_of(attribute));  // UTF-8: the order of bytes is the order of code points.
  }
}

Key key_of_item(const Table& table, const Item& item) {
  Key key;
  key.hash = encode_from_item(item, table.hash, true);
  if (table.range) {
    key.range = encode_from_item(item, *table.range, false);
  }
  return key;
}

Key key_of_request(const Table& table, const Item& key) {
  if (key.size() != (table.range ? 2U : 1U)) {
    refuse_validation(std::string(kSchemaMismatch));
  }
  Key encoded;
  encoded.hash = encode_from_key(key, table.hash, true);
  if (table.range) {
    encoded.range = encode_from_key(key, *table.range, false);
  }
  return encoded;
}

void check_key_paths(const Table& table, std::span<const DocumentPath> paths) {
  for (const DocumentPath& path : paths) {
    if (path.size() > 1 && table.is_key(path.front().name)) {
      refuse_validation(
          "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: " +
          std::string(path.front().name));
    }
  }
}

Item key_attributes(const Table& table, const Item& item) {
  Item key(item.storage());
  key.reserve(2);
  key.emplace(table.hash.name, json::value(item.at(table.hash.name), item.storage()));
  if (table.range) {
    key.emplace(table.range->name, json::value(item.at(table.range->name), item.storage()));
  }
  return key;
}

}  // namespace ekiden::local::dynamodb
