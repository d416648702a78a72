/// Base64 as DynamoDB's B attributes carry it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ekiden::local::dynamodb {

/// The bytes, or nothing if the text is not padded standard base64 in its only form (RFC 4648, sections 3.5 and 4).
std::optional<std::string> decode_base64(std::string_view text);

/// How many bytes valid base64 stands for.
std::size_t decoded_size(std::string_view text);

}  // namespace ekiden::local::dynamodb
