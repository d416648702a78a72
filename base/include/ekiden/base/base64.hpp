/// Base64: how binary values travel in JSON (RFC 4648, section 4, with padding).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::base {

std::string to_base64(std::string_view bytes);

/// Nothing if the text is not exactly what to_base64 would have made of some bytes.
std::optional<std::string> from_base64(std::string_view text);

/// How many bytes valid base64 stands for.
std::size_t base64_bytes(std::string_view text);

}  // namespace ekiden::base
