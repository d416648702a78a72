#include "dead_letters.hpp"

#include <ekiden/aws/call/error.hpp>
#include <ekiden/base/assert.hpp>
#include <ekiden/runtime/backoff.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace ekiden::worker {

namespace {

using namespace std::chrono_literals;

constexpr runtime::Backoff kBackoff{.initial = 100ms, .max = 10s};
const aws::CallOptions kOnce{.attempts = 1, .deadline = std::nullopt};  // send() retries without limit.
constexpr std::size_t kReasonBytesMax = 1'024;                          // A reason can contain an exception's text.
constexpr std::size_t kAttributesMax = 10;                              // SQS's limit.

// The reason in printable ASCII, which SQS accepts.
std::string clean(const std::string& reason) {
  std::string text = reason.substr(0, kReasonBytesMax);
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e; }, '?');
  return text.empty() ? "no reason given" : text;
}

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

}  // namespace

Task<> DeadLetters::send(const Message& message, const std::string& reason) {
  EKIDEN_ASSERT(queue_.has_value());
  aws::sqs::OutgoingMessage request;
  request.body = message.body;
  request.attributes = message.attributes;
  std::size_t bytes = size_of(request);
  // The sender's attributes have priority: ours are in the log, too.
  for (const auto& [name, value] : {std::pair("EkidenReason", clean(reason)), std::pair("EkidenSourceQueue", source_),
                                    std::pair("EkidenMessageId", message.id)}) {
    const aws::sqs::MessageAttribute attribute{.value = value};
    const std::size_t more = size_of(name, attribute);
    if (request.attributes.size() < kAttributesMax && bytes + more <= aws::sqs::kMessageBytesMax) {
      request.attributes.insert_or_assign(name, attribute);
      bytes += more;
    }
  }
  for (unsigned attempt = 0;; ++attempt) {
    try {
      co_await client_.send(*queue_, request, kOnce);
      pulse_.beat();
      co_return;
    } catch (const aws::Error& error) {
      pulse_.beat();
      if (!error.facts().retryable) {
        throw;
      }
    }
    co_await env_.clock.sleep_for(kBackoff.delay(env_.random, attempt));
  }
}

}  // namespace ekiden::worker
