/// Text: what the hand-written answers are made with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::local {

/// Appends `text` as a JSON string, quotes included. `text` is UTF-8.
void append_json(std::string& out, std::string_view text);

/// Appends `text` as XML character data.
void append_xml(std::string& out, std::string_view text);

void append_number(std::string& out, std::int64_t value);

/// Two lower-case hexadecimal digits a byte.
void append_hex(std::string& out, std::string_view bytes);
std::string to_hex(std::string_view bytes);

/// The whole text as a decimal number with an optional sign, or nothing.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// Resolves %XX and '+'; a malformed escape stays as it is.
std::string decode_url(std::string_view text);

/// The 16 bytes of the MD5 digest; empty where the system forbids MD5 (FIPS).
std::string md5(std::string_view bytes);

/// The CRC-32 as a decimal number: the header x-amz-crc32.
std::string crc32_text(std::string_view bytes);

}  // namespace ekiden::local
