/// JsonNode: one value of a JsonDocument, as its JsonReaders point to it.
#pragma once

#include <ekiden/base/json/reader.hpp>

#include <cstdint>
#include <string_view>

namespace ekiden::base {

/// Refers to its text, its elements or its members; all of them belong to the document, and nothing is destroyed.
struct JsonNode {
  enum class Type : std::uint8_t { kNull, kBoolean, kInteger, kUnsigned, kReal, kString, kArray, kObject };

  Type type = Type::kNull;
  std::uint32_t size = 0;  ///< Of the text; of the array or the object.
  union {
    bool boolean;
    std::int64_t integer;
    std::uint64_t unsigned_integer;  ///< Only what no std::int64_t holds.
    double real;
    const char* text;
    const JsonNode* children = nullptr;  ///< Elements; or each member's name and, after it, its value.
  };

  std::string_view view() const { return {text, size}; }
};

}  // namespace ekiden::base
