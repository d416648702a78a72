/// Message attributes: how they are kept, hashed and chosen.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::local::sqs {

/// One attribute of a message. Views into the request, or into the stored bytes.
struct MessageAttribute {
  std::string_view name;
  std::string_view type;   ///< With its custom suffix: "Number.int".
  std::string_view value;  ///< Binary: the raw bytes.
  bool binary = false;     ///< Given as BinaryValue.
};

/// Why AWS would refuse this set of attributes; nothing if it would not.
std::optional<std::string> refusal_of(const std::vector<MessageAttribute>& attributes);

/// Sorted by name, in the very form that MD5OfMessageAttributes is the digest of: for each, length (4 bytes, big
/// endian) and bytes of name and type, 1 or 2 for text or binary, length and bytes of the value. Empty for none.
/// Source: SQS Developer Guide, "Calculating the MD5 message digest for message attributes".
std::string encode(std::vector<MessageAttribute> attributes);
std::vector<MessageAttribute> decode(std::string_view encoded);

/// Bytes that count towards the limit of a message.
std::size_t size_of(const std::vector<MessageAttribute>& attributes);

/// The attributes asked for: exact names, "All" or ".*", prefixes as "foo.*".
std::string choose(std::string_view encoded, const std::vector<std::string_view>& names);

}  // namespace ekiden::local::sqs
