#include "dead_letter_copy.hpp"

#include <ekiden/base/utf8.hpp>

#include <array>
#include <utility>

namespace ekiden::worker {

namespace {

constexpr std::size_t kReasonBytesMax = 1'024;  // A reason can contain an exception's text.
constexpr std::size_t kAttributesMax = 10;      // SQS's limit.
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::array kOurs{"EkidenReason", "EkidenMessageId", "EkidenSourceQueue"};

// The size as SQS counts it. Source: SQS Developer Guide, "Message attributes".
std::size_t size_of(std::string_view name, const aws::sqs::MessageAttribute& attribute) {
  return name.size() + attribute.data_type.size() + attribute.value.size();
}

std::size_t size_of(const aws::sqs::OutgoingMessage& message) {
  std::size_t bytes = message.body.size();
  for (const auto& [name, attribute] : message.attributes) {
    bytes += size_of(name, attribute);
  }
  return bytes;
}

bool is_allowed(std::uint32_t code) {
  return code == '\t' || code == '\n' || code == '\r' || (code >= 0x20 && code != 0xFFFE && code != 0xFFFF);
}

}  // namespace

std::string attribute_text(std::string_view text, std::size_t bytes_max) {
  std::string clean;
  while (!text.empty()) {
    const base::CodePoint point = base::first_code_point(text);
    const std::string_view piece = point.valid && is_allowed(point.value) ? text.substr(0, point.length) : kReplacement;
    if (clean.size() + piece.size() > bytes_max) {
      break;
    }
    clean.append(piece);
    text.remove_prefix(point.length);
  }
  return clean;
}

aws::sqs::OutgoingMessage dead_letter_copy(const Message& message, std::string_view reason, std::string_view source) {
  aws::sqs::OutgoingMessage copy;
  copy.body = message.body;
  copy.attributes = message.attributes;
  copy.group_id = message.group;
  copy.trace_header = message.trace_header;
  bool again = true;
  for (const char* name : kOurs) {
    again = again && copy.attributes.contains(name);
  }
  if (again) {
    for (const char* name : kOurs) {
      copy.attributes.erase(name);
    }
  }
  std::string why = attribute_text(reason, kReasonBytesMax);
  const std::array values{why.empty() ? std::string("no reason given") : std::move(why), message.id,
                          std::string(source)};
  std::size_t bytes = size_of(copy);
  for (std::size_t i = 0; i < kOurs.size(); ++i) {
    const aws::sqs::MessageAttribute attribute{.value = values[i]};
    const std::size_t more = size_of(kOurs[i], attribute);
    if (copy.attributes.size() < kAttributesMax && bytes + more <= aws::sqs::kMessageBytesMax &&
        copy.attributes.emplace(kOurs[i], attribute).second) {
      bytes += more;
    }
  }
  return copy;
}

}  // namespace ekiden::worker
