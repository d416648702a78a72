/// Base64 with padding (RFC 4648, section 4): the encoding of binary values in JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::base {

std::string to_base64(std::string_view bytes);

/// Returns nothing unless the text is exactly what to_base64() makes of some bytes.
std::optional<std::string> from_base64(std::string_view text);

/// The number of bytes that a valid base64 text encodes.
std::size_t base64_bytes(std::string_view text);

}  // namespace ekiden::base
