#include "message_text.hpp"

#include <ekiden/aws/sqs/types.hpp>
#include <ekiden/base/utf8.hpp>

#include <cstdint>
#include <cstdio>

#include "terminal/format.hpp"

namespace ekiden::cli {
namespace {

bool allowed(std::uint32_t code) {
  return code == '\t' || code == '\n' || code == '\r' || (code >= 0x20 && code != 0xfffe && code != 0xffff);
}

}  // namespace

std::optional<std::string> refusal_of(std::string_view body) {
  if (body.size() > aws::sqs::kMessageBytesMax) {
    return grouped(static_cast<std::int64_t>(body.size())) + " bytes; a message has at most " +
           grouped(static_cast<std::int64_t>(aws::sqs::kMessageBytesMax)) +
           ", so keep what is larger elsewhere and send " + "where";
  }
  for (std::size_t at = 0; at < body.size();) {
    const base::CodePoint character = base::first_code_point(body.substr(at));
    if (!character.valid) {
      return "byte " + std::to_string(at + 1) + " is not UTF-8, the only encoding SQS takes; convert it with iconv";
    }
    if (!allowed(character.value)) {
      char name[16];
      std::snprintf(name, sizeof name, "U+%04X", static_cast<unsigned>(character.value));
      return std::string("byte ") + std::to_string(at + 1) + " is the character " + name +
             ", which SQS refuses; escape it as JSON does, or encode the line as base64";
    }
    at += character.length;
  }
  return std::nullopt;
}

}  // namespace ekiden::cli
