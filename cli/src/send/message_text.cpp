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
    return "the message has " + grouped(static_cast<std::int64_t>(body.size())) + " bytes, but SQS accepts at most " +
           grouped(static_cast<std::int64_t>(aws::sqs::kMessageBytesMax)) +
           " bytes; store the data elsewhere and send a reference to it";
  }
  for (std::size_t at = 0; at < body.size();) {
    const base::CodePoint character = base::first_code_point(body.substr(at));
    if (!character.valid) {
      return "byte " + std::to_string(at + 1) + " is not UTF-8, the only encoding that SQS accepts; convert the file " +
             "with iconv";
    }
    if (!allowed(character.value)) {
      char name[16];
      std::snprintf(name, sizeof name, "U+%04X", static_cast<unsigned>(character.value));
      return std::string("byte ") + std::to_string(at + 1) + " is the character " + name +
             ", which SQS rejects; escape it as in JSON, or encode the line as base64";
    }
    at += character.length;
  }
  return std::nullopt;
}

}  // namespace ekiden::cli
