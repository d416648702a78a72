#include "message_text.hpp"

#include <ekiden/aws/sqs/types.hpp>

#include <cstdint>
#include <cstdio>

#include "format.hpp"

namespace ekiden::cli {
namespace {

// One character of UTF-8: how many bytes it has, 0 if they are none of UTF-8 (RFC 3629: no overlong forms, no
// surrogates, nothing beyond U+10FFFF).
struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 0;
};

Character decode(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) {
    return {lead, 1};
  }
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) {
    return {};
  }
  std::uint32_t code = lead & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) {
      return {};
    }
    code = (code << 6U) | (byte(i) & 0x3fU);
  }
  const bool overlong = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return overlong || surrogate || code > 0x10ffff ? Character{} : Character{code, bytes};
}

bool allowed(std::uint32_t code) {
  return code == '\t' || code == '\n' || code == '\r' || (code >= 0x20 && code != 0xfffe && code != 0xffff);
}

}  // namespace

std::optional<std::string> refusal_of(std::string_view body) {
  if (body.size() > sqs::kMessageBytesMax) {
    return grouped(static_cast<std::int64_t>(body.size())) + " bytes; a message has at most " +
           grouped(static_cast<std::int64_t>(sqs::kMessageBytesMax)) + ", so keep what is larger elsewhere and send " +
           "where";
  }
  for (std::size_t at = 0; at < body.size();) {
    const Character character = decode(body.substr(at));
    if (character.bytes == 0) {
      return "byte " + std::to_string(at + 1) + " is not UTF-8, the only encoding SQS takes; convert it with iconv";
    }
    if (!allowed(character.code)) {
      char name[16];
      std::snprintf(name, sizeof name, "U+%04X", static_cast<unsigned>(character.code));
      return std::string("byte ") + std::to_string(at + 1) + " is the character " + name +
             ", which SQS refuses; escape it as JSON does, or encode the line as base64";
    }
    at += character.bytes;
  }
  return std::nullopt;
}

}  // namespace ekiden::cli
