/// Helpers for the services' answers, except JSON.
#pragma once

#include <string>
#include <string_view>

namespace ekiden::local {

/// Appends `text` as XML character data.
void append_xml(std::string& out, std::string_view text);

/// The 16 bytes of the MD5 digest; empty if the system does not allow MD5 (FIPS).
std::string md5(std::string_view bytes);

/// The CRC-32 as a decimal number, for the header x-amz-crc32.
std::string crc32_text(std::string_view bytes);

}  // namespace ekiden::local
