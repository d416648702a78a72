#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sqs/api/errors.hpp"
#include "sqs/api/limits.hpp"
#include "sqs/messages/messages.hpp"
#include "sqs/queues/boxes.hpp"
#include "sqs_bench.hpp"

namespace ekiden::local::sqs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

template <typename Fn>
ErrorCode refusal(Fn fn) {
  try {
    fn();
  } catch (const SqsRefusal& error) {
    return error.code();
  }
  ADD_FAILURE() << "was not refused";
  return ErrorCode::kInternalFailure;
}

// Goal: a received message is hidden for its visibility timeout, then visible again, with a higher receive count.
TEST(SqsEngineTest, HidesAReceivedMessageForItsTimeout) {
  Bench bench;
  bench.create("q", {{"VisibilityTimeout", "30"}});
  bench.send("q", "hello");
  const auto first = bench.receive("q");
  ASSERT_THAT(bodies(first), ElementsAre("hello"));
  EXPECT_EQ(system_attribute(first[0], "ApproximateReceiveCount"), "1");
  bench.pass(29);
  EXPECT_THAT(bench.receive("q"), IsEmpty());
  EXPECT_EQ(bench.effects.poll->next_visible_at_ms, bench.now_ms + 1'000);
  bench.pass(1);
  const auto second = bench.receive("q");
  ASSERT_THAT(bodies(second), ElementsAre("hello"));
  EXPECT_EQ(system_attribute(second[0], "ApproximateReceiveCount"), "2");
  EXPECT_EQ(system_attribute(second[0], "ApproximateFirstReceiveTimestamp"),
            system_attribute(first[0], "ApproximateFirstReceiveTimestamp"));
  EXPECT_EQ(second[0].message_id, first[0].message_id);
}

// Goal: messages are received in the order of sending, up to the requested number.
TEST(SqsEngineTest, ReceivesTheOldestFirst) {
  Bench bench;
  bench.create("q");
  for (const char* body : {"1", "2", "3"}) {
    bench.send("q", body);
  }
  EXPECT_THAT(bodies(bench.receive("q", 2)), ElementsAre("1", "2"));
  EXPECT_THAT(bodies(bench.receive("q", 2)), ElementsAre("3"));
}

// Goal: only the latest receipt handle deletes; an older one succeeds without an effect, as on AWS.
TEST(SqsEngineTest, DeletesWithTheLatestHandleOnly) {
  Bench bench;
  bench.create("q");
  bench.send("q", "hello");
  const auto first = bench.receive("q", 1, 0);
  const auto second = bench.receive("q");
  ASSERT_EQ(second.size(), 1U);
  bench.remove("q", first[0].handle);
  EXPECT_EQ(bench.effects.messages_deleted, 0);
  bench.remove("q", second[0].handle);
  EXPECT_EQ(bench.effects.messages_deleted, 1);
  bench.remove("q", second[0].handle);
  EXPECT_EQ(bench.effects.messages_deleted, 0);
  bench.pass(60);
  EXPECT_THAT(bench.receive("q"), IsEmpty());
}

// Goal: a delay of the queue or of the message hides a new message.
TEST(SqsEngineTest, DelaysMessages) {
  Bench bench;
  bench.create("q", {{"DelaySeconds", "5"}});
  bench.send("q", "queue's delay");
  bench.send("q", "own delay", 1);
  EXPECT_EQ(bench.attribute("q", "ApproximateNumberOfMessagesDelayed"), "2");
  EXPECT_THAT(bench.receive("q"), IsEmpty());
  bench.pass(1);
  EXPECT_THAT(bodies(bench.receive("q")), ElementsAre("own delay"));
  bench.pass(4);
  EXPECT_THAT(bodies(bench.receive("q")), ElementsAre("queue's delay"));
}

// Goal: the three counts are exact, in every state of the messages.
TEST(SqsEngineTest, CountsMessagesByState) {
  Bench bench;
  bench.create("q");
  for (int i = 0; i < 5; ++i) {
    bench.send("q", "visible or in flight");
  }
  bench.send("q", "delayed", 10);
  const auto received = bench.receive("q", 2);
  EXPECT_EQ(bench.attribute("q", "ApproximateNumberOfMessages"), "3");
  EXPECT_EQ(bench.attribute("q", "ApproximateNumberOfMessagesNotVisible"), "2");
  EXPECT_EQ(bench.attribute("q", "ApproximateNumberOfMessagesDelayed"), "1");
  bench.remove("q", received[0].handle);
  bench.pass(60);
  EXPECT_EQ(bench.attribute("q", "ApproximateNumberOfMessages"), "5");
  EXPECT_EQ(bench.attribute("q", "ApproximateNumberOfMessagesNotVisible"), "0");
}

// Goal: a new visibility timeout counts from the call; 0 makes the message visible; more than 12 h in all is rejected.
TEST(SqsEngineTest, ChangesVisibility) {
  Bench bench;
  bench.create("q");
  bench.send("q", "hello");
  const auto first = bench.receive("q", 1, 10);
  bench.pass(9);
  bench.hide("q", first[0].handle, 10);
  bench.pass(9);
  EXPECT_THAT(bench.receive("q"), IsEmpty());
  EXPECT_EQ(refusal([&] { bench.hide("q", first[0].handle, kVisibilityMaxSeconds - 10); }),
            ErrorCode::kInvalidParameterValue);
  bench.hide("q", first[0].handle, 0);
  ASSERT_EQ(bench.effects.arrivals.size(), 1U) << "a waiting receive must be woken";
  EXPECT_EQ(refusal([&] { bench.hide("q", first[0].handle, 5); }), ErrorCode::kMessageNotInflight);
  const auto second = bench.receive("q");
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(refusal([&] { bench.hide("q", first[0].handle, 5); }), ErrorCode::kInvalidParameterValue);
  EXPECT_EQ(refusal([&] { bench.hide("q", "nonsense", 5); }), ErrorCode::kReceiptHandleIsInvalid);
}

// Goal: a message that was received too often moves to the dead-letter queue, with the ARN of its source queue.
TEST(SqsEngineTest, MovesToTheDeadLetterQueue) {
  Bench bench;
  bench.create("dead");
  bench.create("q", {{"VisibilityTimeout", "1"},
                     {"RedrivePolicy",
                      R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":"2"})"}});
  bench.send("q", "poison");
  const auto id = bench.receive("q")[0].message_id;
  bench.pass(1);
  EXPECT_EQ(bench.receive("q").size(), 1U);
  bench.pass(1);
  bench.send("q", "healthy");
  EXPECT_THAT(bodies(bench.receive("q")), ElementsAre("healthy")) << "a moved message must not shorten the batch";
  EXPECT_EQ(bench.attribute("dead", "ApproximateNumberOfMessages"), "1");
  EXPECT_EQ(bench.attribute("q", "ApproximateNumberOfMessages"), "0");
  const auto dead = bench.receive("dead");
  ASSERT_THAT(bodies(dead), ElementsAre("poison"));
  EXPECT_EQ(dead[0].message_id, id);
  EXPECT_EQ(system_attribute(dead[0], "DeadLetterQueueSourceArn"), "arn:aws:sqs:us-east-1:000000000000:q");
}

// Goal: messages older than the retention period are deleted.
TEST(SqsEngineTest, ExpiresMessages) {
  Bench bench;
  bench.create("q", {{"MessageRetentionPeriod", "60"}});
  bench.send("q", "old");
  bench.pass(59);
  bench.send("q", "young");
  bench.pass(1);
  EXPECT_EQ(bench.attribute("q", "ApproximateNumberOfMessages"), "1");
  EXPECT_THAT(bodies(bench.receive("q")), ElementsAre("young"));
}

// Goal: creating an existing queue succeeds only with the same attributes.
TEST(SqsEngineTest, CreatesAQueueOnce) {
  Bench bench;
  bench.create("q", {{"DelaySeconds", "5"}});
  bench.create("q");
  bench.create("q", {{"DelaySeconds", "5"}, {"VisibilityTimeout", "30"}});
  try {
    bench.create("q", {{"DelaySeconds", "6"}});
    FAIL();
  } catch (const SqsRefusal& error) {
    EXPECT_EQ(error.code(), ErrorCode::kQueueNameExists);
    EXPECT_STREQ(error.what(),
                 "A queue already exists with the same name and a different value for attribute DelaySeconds");
  }
  EXPECT_EQ(refusal([&] { bench.create("q.fifo"); }), ErrorCode::kUnsupportedOperation);
  EXPECT_EQ(refusal([&] { bench.create("no spaces"); }), ErrorCode::kInvalidParameterValue);
}

// Goal: a deleted queue is gone at once, its name is reserved for 60 s, and its handles match no later queue.
TEST(SqsEngineTest, DeletesAQueue) {
  Bench bench;
  bench.create("q");
  bench.send("q", "hello");
  const auto received = bench.receive("q");
  bench.run<Nothing>(DeleteQueue{"q"});
  EXPECT_EQ(bench.effects.queues_removed.size(), 1U);
  EXPECT_EQ(refusal([&] { bench.receive("q"); }), ErrorCode::kQueueDoesNotExist);
  EXPECT_EQ(refusal([&] { bench.create("q"); }), ErrorCode::kQueueDeletedRecently);
  bench.pass(60);
  bench.create("q");
  EXPECT_EQ(bench.attribute("q", "ApproximateNumberOfMessages"), "0");
  EXPECT_EQ(refusal([&] { bench.remove("q", received[0].handle); }), ErrorCode::kReceiptHandleIsInvalid);
}

// Goal: invalid attribute values, unknown attributes and a missing dead-letter queue are rejected.
TEST(SqsEngineTest, RefusesBadAttributes) {
  Bench bench;
  bench.create("q");
  const auto set = [&](const char* name, const char* value) {
    return refusal([&] { bench.run<Nothing>(SetQueueAttributes{"q", {{name, value}}}); });
  };
  EXPECT_EQ(set("VisibilityTimeout", "43201"), ErrorCode::kInvalidAttributeValue);
  EXPECT_EQ(set("DelaySeconds", "soon"), ErrorCode::kInvalidAttributeValue);
  EXPECT_EQ(set("MessageRetentionPeriod", "59"), ErrorCode::kInvalidAttributeValue);
  EXPECT_EQ(set("Colour", "red"), ErrorCode::kInvalidAttributeName);
  EXPECT_EQ(set("FifoQueue", "true"), ErrorCode::kInvalidAttributeValue);
  EXPECT_EQ(set("RedrivePolicy", R"({"deadLetterTargetArn":"a:nowhere","maxReceiveCount":3})"),
            ErrorCode::kInvalidParameterValue);
  EXPECT_EQ(set("RedrivePolicy", R"({"deadLetterTargetArn":"a:q","maxReceiveCount":0})"),
            ErrorCode::kInvalidParameterValue);
  EXPECT_EQ(set("RedrivePolicy", "[]"), ErrorCode::kInvalidParameterValue);
  EXPECT_EQ(bench.attribute("q", "VisibilityTimeout"), "30");
}

// Goal: parameters of a receive, a send and a batch must respect AWS's limits.
TEST(SqsEngineTest, RefusesBadRequests) {
  Bench bench;
  bench.create("q", {{"MaximumMessageSize", "1024"}});
  EXPECT_EQ(refusal([&] { bench.receive("q", 11); }), ErrorCode::kInvalidParameterValue);
  EXPECT_EQ(refusal([&] { bench.receive("q", 1, 43'201); }), ErrorCode::kInvalidParameterValue);
  EXPECT_EQ(refusal([&] { bench.send("q", ""); }), ErrorCode::kMissingParameter);
  EXPECT_EQ(refusal([&] { bench.send("q", "a\x01z"); }), ErrorCode::kInvalidMessageContents);
  EXPECT_EQ(refusal([&] { bench.send("q", "\xed\xa0\x80"); }), ErrorCode::kInvalidMessageContents);
  EXPECT_EQ(refusal([&] { bench.send("q", "late", 901); }), ErrorCode::kInvalidParameterValue);
  const std::string long_body(1'025, 'x');
  EXPECT_EQ(refusal([&] { bench.send("q", long_body); }), ErrorCode::kInvalidParameterValue);
  EXPECT_EQ(bench.send("q", std::string_view(long_body).substr(1)).sent.size(), 1U);
  EXPECT_EQ(bench.send("q", "\u00fc \u20ac \U0001f600 \t\r\n").sent.size(), 1U);
}

// Goal: an error of a batch rejects all of it; an error of an entry rejects that entry.
TEST(SqsEngineTest, KeepsApartFaultsOfBatchAndEntry) {
  Bench bench;
  bench.create("q");
  const auto batch = [&](const std::vector<std::pair<std::string, std::string>>& entries) {
    SendMessage request;
    request.queue = "q";
    request.batch = true;
    for (const auto& [id, body] : entries) {
      request.entries.emplace_back();
      request.entries.back().id = id;
      request.entries.back().body = body;
    }
    return bench.run<SendResult>(request);
  };
  EXPECT_EQ(refusal([&] { batch({}); }), ErrorCode::kEmptyBatchRequest);
  EXPECT_EQ(refusal([&] { batch({{"a", "1"}, {"a", "2"}}); }), ErrorCode::kBatchEntryIdsNotDistinct);
  EXPECT_EQ(refusal([&] { batch({{"a b", "1"}}); }), ErrorCode::kInvalidBatchEntryId);
  EXPECT_EQ(refusal([&] { batch(std::vector<std::pair<std::string, std::string>>(11, {"a", "1"})); }),
            ErrorCode::kTooManyEntriesInBatchRequest);
  const std::string half(600'000, 'x');
  EXPECT_EQ(refusal([&] { batch({{"a", half}, {"b", half}}); }), ErrorCode::kBatchRequestTooLong);
  const std::vector<std::pair<std::string, std::string>> mixed = {{"a", "good"}, {"b", "\x02"}};
  const SendResult result = batch(mixed);
  ASSERT_EQ(result.sent.size(), 1U);
  ASSERT_EQ(result.failed.size(), 1U);
  EXPECT_EQ(result.failed[0].id, "b");
  EXPECT_EQ(bench.attribute("q", "ApproximateNumberOfMessages"), "1");
}

// Goal: the fault "partial" makes entries of batches fail without an effect.
TEST(SqsEngineTest, InjectsPartialFailures) {
  Bench bench;
  bench.create("q");
  bench.partial_rate = 1;
  SendMessage request;
  request.queue = "q";
  request.batch = true;
  request.entries.emplace_back();
  request.entries.back().id = "a";
  request.entries.back().body = "hello";
  const auto result = bench.run<SendResult>(request);
  ASSERT_EQ(result.failed.size(), 1U);
  EXPECT_FALSE(spec_of(result.failed[0].code).sender) << "a client can send it again";
  EXPECT_EQ(bench.attribute("q", "ApproximateNumberOfMessages"), "0");
}

// Goal: queues are listed by prefix, in pages if requested.
TEST(SqsEngineTest, ListsQueuesInPages) {
  Bench bench;
  for (const char* name : {"b", "a1", "a2", "a3"}) {
    bench.create(name);
  }
  const auto first = bench.run<ListResult>(ListQueues{"a", 2, {}});
  ASSERT_EQ(first.urls.size(), 2U);
  EXPECT_THAT(first.urls[0], HasSubstr("/000000000000/a1"));
  const auto rest = bench.run<ListResult>(ListQueues{"a", 2, first.next_token});
  ASSERT_EQ(rest.urls.size(), 1U);
  EXPECT_EQ(rest.next_token, "");
  EXPECT_EQ(bench.run<ListResult>(ListQueues{}).urls.size(), 4U);
}

// Goal: a purge empties the queue, any number of times unless AWS's 60 s rule is enabled.
TEST(SqsEngineTest, Purges) {
  Bench bench;
  bench.create("q");
  bench.send("q", "hello");
  bench.receive("q");
  bench.send("q", "hello");
  bench.run<Nothing>(PurgeQueue{"q"});
  bench.run<Nothing>(PurgeQueue{"q"});
  EXPECT_EQ(bench.attribute("q", "ApproximateNumberOfMessages"), "0");
  EXPECT_EQ(bench.attribute("q", "ApproximateNumberOfMessagesNotVisible"), "0");
  bench.strict_purge = true;
  EXPECT_EQ(refusal([&] { bench.run<Nothing>(PurgeQueue{"q"}); }), ErrorCode::kPurgeQueueInProgress);
}

// Goal: a purge costs the same for any number of messages, and a slice of the deletion has a limit. Method: counts the
// changed rows.
TEST(SqsEngineTest, PurgesInAConstantNumberOfChanges) {
  Bench bench;
  bench.create("q");
  bench.create("other");
  for (int i = 0; i < 1'000; ++i) {
    bench.send("q", "hello");
  }
  bench.send("other", "stays");
  const std::int64_t before = bench.database.total_changes();
  bench.run<Nothing>(PurgeQueue{"q"});
  EXPECT_LE(bench.database.total_changes() - before, 5);
  EXPECT_TRUE(bench.effects.garbage);
  bench.send("q", "later");
  int slices = 0;
  const auto sweep = [](Session& session) {
    session.housekeeping_left = 100;
    return sweep_boxes(session);
  };
  for (bool more = true; more; ++slices) {
    const std::int64_t start = bench.database.total_changes();
    more = bench.with_session(sweep);
    EXPECT_LE(bench.database.total_changes() - start, 100);
  }
  EXPECT_EQ(slices, 12) << "ten slices, the box itself, and the look that finds nothing";
  Statement rows = bench.database.prepare("SELECT count(*) FROM sqs_messages");
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.integer(0), 2);
  EXPECT_THAT(bodies(bench.receive("q")), ElementsAre("later"));
  EXPECT_THAT(bodies(bench.receive("other")), ElementsAre("stays"));
}

// Goal: a receive whose client is gone is undone, but not for a message that was purged meanwhile: it must not become
// visible, and the counts of the queue must not change.
TEST(SqsEngineTest, TakesNoPurgedMessageBack) {
  Bench bench;
  bench.create("q");
  bench.send("q", "purged");
  bench.receive("q");
  const std::vector<HandedOut> handed_out = bench.effects.handed_out;
  bench.run<Nothing>(PurgeQueue{"q"});
  bench.send("q", "in flight");
  bench.receive("q");
  bench.with_session([&](Session& session) {
    take_back(session, handed_out);
    return 0;
  });
  EXPECT_THAT(bench.effects.arrivals, IsEmpty());
  EXPECT_EQ(bench.attribute("q", "ApproximateNumberOfMessages"), "0");
  EXPECT_EQ(bench.attribute("q", "ApproximateNumberOfMessagesNotVisible"), "1");
}

// Goal: the operations of a group expire only a limited number of messages, and say that there is more.
TEST(SqsEngineTest, ExpiresALimitedNumber) {
  Bench bench;
  bench.create("q", {{"MessageRetentionPeriod", "60"}});
  for (int i = 0; i < kHousekeepingMax + 100; ++i) {
    bench.send("q", "old");
  }
  bench.pass(61);
  bench.send("q", "new");
  EXPECT_THAT(bench.receive("q"), IsEmpty());
  EXPECT_TRUE(bench.effects.again);
  EXPECT_THAT(bodies(bench.receive("q")), ElementsAre("new"));
  EXPECT_FALSE(bench.effects.again);
}

// Goal: the cost of a receive does not grow with the backlog. Method: SQLite's query plan uses the index and does not
// sort.
TEST(SqsEngineTest, ReceivesThroughTheIndex) {
  Bench bench;
  Statement plan = bench.database.prepare(
      "EXPLAIN QUERY PLAN SELECT body FROM sqs_messages WHERE queue=1 AND visible_at<=2 ORDER BY visible_at, id LIMIT "
      "10");
  std::string text;
  while (plan.step()) {
    text += plan.text(3);
  }
  EXPECT_THAT(text, HasSubstr("sqs_messages_visible (queue=? AND visible_at<?)"));
  EXPECT_EQ(text.find("TEMP B-TREE"), std::string::npos);
}

}  // namespace
}  // namespace ekiden::local::sqs
