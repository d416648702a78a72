/// JsonNode: one value of a JsonDocument. A JsonReader points to it.
#pragma once

#include <ekiden/base/json/reader.hpp>

#include <cstdint>
#include <string_view>

namespace ekiden::base {

/// Refers to its text, elements or members. The document owns them; no destructor runs.
struct JsonNode {
  enum class Type : std::uint8_t { kNull, kBoolean, kInteger, kUnsigned, kReal, kString, kArray, kObject };

  Type type = Type::kNull;
  std::uint32_t size = 0;  ///< Bytes of the text, elements of the array, or members of the object.
  union {
    bool boolean;
    std::int64_t integer;
    std::uint64_t unsigned_integer;      ///< Only for values that do not fit into std::int64_t.
    const char* text;                    ///< Of a string; or of a real number, which the reader rounds.
    const JsonNode* children = nullptr;  ///< The elements; or for each member its name, then its value.
  };

  std::string_view view() const { return {text, size}; }
};

}  // namespace ekiden::base
