#include "dead_letters.hpp"

#include <ekiden/aws/error.hpp>
#include <ekiden/runtime/assert.hpp>

#include <algorithm>

#include "backoff.hpp"

namespace ekiden::worker {

namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration kBackoffInitial = 100ms;
constexpr runtime::Duration kBackoffMax = 10s;
constexpr std::size_t kReasonBytesMax = 1'024;  // A reason may quote an exception; a message holds 1 MiB in all.
constexpr std::size_t kAttributesMax = 10;      // SQS.

// The reason, in characters that SQS takes.
std::string clean(const std::string& reason) {
  std::string text = reason.substr(0, kReasonBytesMax);
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e; }, '?');
  return text.empty() ? "no reason given" : text;
}

}  // namespace

Task<> DeadLetters::send(const Message& message, const std::string& reason) {
  EKIDEN_ASSERT(queue_.has_value());
  sqs::OutgoingMessage request;
  request.body = message.body;
  const std::map<std::string, std::string> why{
      {"EkidenReason", clean(reason)}, {"EkidenSourceQueue", source_}, {"EkidenMessageId", message.id}};
  for (const auto& [name, value] : why) {
    request.attributes[name] = sqs::MessageAttribute{.value = value};
  }
  for (const auto& [name, attribute] : message.attributes) {
    if (request.attributes.size() < kAttributesMax) {
      request.attributes.try_emplace(name, attribute);
    }
  }
  for (unsigned attempt = 0;; ++attempt) {
    try {
      co_await client_.send(*queue_, request);
      co_return;
    } catch (const aws::Error& error) {
      if (!error.facts().retryable) {
        throw;
      }
    }
    co_await env_.clock.sleep_for(upper_half(env_.random, backoff_ceiling(kBackoffInitial, kBackoffMax, attempt)));
  }
}

}  // namespace ekiden::worker
