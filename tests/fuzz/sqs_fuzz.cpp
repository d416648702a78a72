// The decoders of SQS's answers: an answer is read or refused, and success is only what the answer says.
#include <ekiden/aws/form_error.hpp>

#include <set>

#include "fuzz.hpp"
#include "sqs/codec.hpp"

namespace ekiden::fuzz {
namespace {

namespace sqs = aws::sqs;
using base::JsonReader;

constexpr std::size_t kEntries = 3;

// Reads with `read`, which can refuse the answer.
template <typename Read>
void attempt(Read read) {
  try {
    read();
  } catch (const aws::FormError& error) {
    require(std::string_view(error.what()).find('\n') == std::string_view::npos, "an error is one line");
  }
}

// How often a list names an entry.
std::size_t mentions(JsonReader answer, std::string_view list, std::size_t entry) {
  const auto found = answer.find(list);
  std::size_t count = 0;
  for (std::size_t i = 0; found && i < found->size(); ++i) {
    count += found->element(i).text("Id") == std::to_string(entry) ? 1U : 0U;
  }
  return count;
}

void expect_named(JsonReader answer, std::size_t entry) {
  require(mentions(answer, "Successful", entry) == 1, "a success is named once");
  require(mentions(answer, "Failed", entry) == 0, "a success is not named as a failure");
}

void receive(JsonReader answer, base::Digest& md5, bool with_attributes) {
  const sqs::codec::Received received = sqs::codec::read_messages(answer, md5, with_attributes);
  std::set<std::string> handles;
  for (const sqs::Message& message : received.messages) {
    require(!message.id.text().empty(), "a message has an id");
    require(!message.receipt_handle.text().empty(), "a message has a handle");
    require(handles.insert(message.receipt_handle.text()).second, "a handle belongs to one message");
  }
}

void send(JsonReader answer) {
  const std::vector<sqs::codec::Sent> sent(kEntries, {"0cc175b9c0f1b6a831c399e269772661", {}});
  const std::vector<sqs::SendResult> results = sqs::codec::read_send_results(answer, sent);
  require(results.size() == kEntries, "each entry has a result");
  for (std::size_t i = 0; i < kEntries; ++i) {
    require(results[i].error.has_value() == results[i].id.text().empty(), "a sent message has an id");
    if (!results[i].error) {
      expect_named(answer, i);
    }
  }
}

void settle(JsonReader answer) {
  const sqs::EntryResults results = sqs::codec::read_entry_results(answer, kEntries);
  require(results.size() == kEntries, "each entry has a result");
  for (std::size_t i = 0; i < kEntries; ++i) {
    if (!results[i]) {
      expect_named(answer, i);
    }
  }
}

void read_all(JsonReader answer) {
  static base::Digest md5 = base::Digest::md5();
  attempt([&] { receive(answer, md5, true); });
  attempt([&] { receive(answer, md5, false); });
  attempt([&] { require(!sqs::codec::read_queue_url(answer).text().empty(), "a queue has a URL"); });
  attempt([&] { sqs::codec::read_queue_urls(answer); });
  attempt([&] { sqs::codec::read_attributes(answer); });
  attempt([&] { sqs::codec::read_send_result(answer, {"0cc175b9c0f1b6a831c399e269772661", "x"}); });
  attempt([&] { send(answer); });
  attempt([&] { settle(answer); });
}

}  // namespace
}  // namespace ekiden::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static ekiden::base::JsonDocument document;
  if (!document.parse(ekiden::fuzz::text_of(data, size))) {
    ekiden::fuzz::read_all(document.root());
  }
  return 0;
}
