#include "sqs/discipline/discipline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sqs/messages/messages.hpp"
#include "sqs_bench.hpp"

namespace ekiden::local::sqs {
namespace {

using ::testing::ElementsAre;

// Receives the newest first; a body that was already sent is a duplicate.
class Backwards final : public Discipline {
 public:
  std::optional<SqsRefusal> refusal_of(const SendEntry&) const override { return std::nullopt; }
  std::optional<Sent> earlier_send(Session& session, const Queue& queue, const SendEntry& entry) const override {
    for (const Candidate& known : discipline_of(queue).pick(session, queue, 100)) {
      if (known.body == entry.body) {
        return Sent{.id = {},
                    .message_id = format_uuid(known.message_id),
                    .body_md5 = known.md5,
                    .attributes_md5 = {},
                    .system_md5 = {}};
      }
    }
    return std::nullopt;
  }
  std::vector<Candidate> pick(Session& session, const Queue& queue, std::int64_t limit) const override {
    std::vector<Candidate> all = discipline_of(queue).pick(session, queue, 100);
    std::reverse(all.begin(), all.end());
    all.resize(std::min(all.size(), static_cast<std::size_t>(limit)));
    return all;
  }
};

class DisciplineTest : public ::testing::Test {
 protected:
  DisciplineTest() { bench_.create("q"); }

  SendResult send(std::vector<std::string_view> bodies) {
    SendMessage request{.queue = "q", .batch = true, .entries = {}};
    for (const std::string_view body : bodies) {
      SendEntry entry;
      entry.id = body;
      entry.body = body;
      request.entries.push_back(entry);
    }
    return bench_.with_session(
        [&](Session& session) { return send_to(session, backwards_, find_queue(session, request.queue), request); });
  }

  Bench bench_;
  Backwards backwards_;
};

// Goal: a receive returns the messages that the discipline picks, in that order.
TEST_F(DisciplineTest, ReceivesInTheOrderOfTheDiscipline) {
  send({"a", "b", "c"});
  const ReceiveMessage request{
      .queue = "q", .max_messages = 2, .visibility_s = {}, .wait_s = {}, .system_names = {}, .attribute_names = {}};
  const ReceiveResult received = bench_.with_session(
      [&](Session& session) { return receive_from(session, backwards_, find_queue(session, request.queue), request); });
  EXPECT_THAT(bodies(received.messages), ElementsAre("c", "b"));
}

// Goal: a send that the discipline reports as a duplicate has the answer of the first one and stores nothing.
TEST_F(DisciplineTest, StoresNoRepeat) {
  const SendResult first = send({"a"});
  const SendResult second = send({"b", "a"});
  ASSERT_EQ(second.sent.size(), 2U);
  EXPECT_EQ(second.sent[1].id, "a");
  EXPECT_EQ(second.sent[1].message_id, first.sent[0].message_id);
  EXPECT_EQ(bench_.effects.messages_sent, 1);
  EXPECT_EQ(bench_.attribute("q", "ApproximateNumberOfMessages"), "2");
  EXPECT_EQ(bench_.receive("q").size(), 2U);
}

// Goal: in a batch, an entry can be a duplicate of an entry that was stored before it, but not of a rejected one.
// Otherwise a message would be reported as sent and never stored.
TEST_F(DisciplineTest, AnEntryThatWasRefusedIsNoEarlierSend) {
  SendMessage request{.queue = "q", .batch = true, .entries = std::vector<SendEntry>(3)};
  for (const auto& [i, id] : {std::pair(0U, "refused"), std::pair(1U, "stored"), std::pair(2U, "repeat")}) {
    request.entries[i].id = id;
    request.entries[i].body = "same";
  }
  request.entries[0].delay_s = 100'000;
  const SendResult result = bench_.with_session(
      [&](Session& session) { return send_to(session, backwards_, find_queue(session, request.queue), request); });
  ASSERT_EQ(result.failed.size(), 1U);
  EXPECT_EQ(result.failed[0].id, "refused");
  ASSERT_EQ(result.sent.size(), 2U);
  EXPECT_EQ(result.sent[0].message_id, result.sent[1].message_id);
  EXPECT_EQ(bench_.attribute("q", "ApproximateNumberOfMessages"), "1");
}

// Goal: a standard queue rejects only the entry with a deduplication id.
TEST_F(DisciplineTest, StandardRefusesDeduplication) {
  SendMessage request{.queue = "q", .batch = true, .entries = std::vector<SendEntry>(2)};
  request.entries[0].id = "plain";
  request.entries[0].body = "x";
  request.entries[1].id = "fifo";
  request.entries[1].body = "x";
  request.entries[1].deduplication = true;
  const auto result = bench_.run<SendResult>(request);
  ASSERT_EQ(result.sent.size(), 1U);
  EXPECT_EQ(result.sent[0].id, "plain");
  ASSERT_EQ(result.failed.size(), 1U);
  EXPECT_EQ(result.failed[0].code, ErrorCode::kInvalidParameterValue);
}

}  // namespace
}  // namespace ekiden::local::sqs
