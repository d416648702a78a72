/// Message attributes: how they are stored, hashed and selected.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::local::sqs {

/// One attribute of a message; views into the request or the stored bytes.
struct MessageAttribute {
  std::string_view name;
  std::string_view type;   ///< With the custom suffix: "Number.int".
  std::string_view value;  ///< Binary: the raw bytes.
  bool binary = false;     ///< Given as BinaryValue.
};

/// Why AWS rejects this set of attributes; nothing if it does not.
std::optional<std::string> refusal_of(const std::vector<MessageAttribute>& attributes);

/// The attributes sorted by name, in the exact form that MD5OfMessageAttributes is computed of. Each attribute: length
/// (4 bytes, big endian) and bytes of the name, the same of the type, 1 for text or 2 for binary, length and bytes of
/// the value. Empty if there are none. Source: SQS Developer Guide, "Calculating the MD5 message digest for message
/// attributes".
std::string encode(std::vector<MessageAttribute> attributes);
std::vector<MessageAttribute> decode(std::string_view encoded);

/// The bytes that count towards the size limit of a message.
std::size_t size_of(const std::vector<MessageAttribute>& attributes);

/// The requested attributes: by exact name, by "All" or ".*", or by prefix as in "foo.*".
std::string choose(std::string_view encoded, const std::vector<std::string_view>& names);

}  // namespace ekiden::local::sqs
