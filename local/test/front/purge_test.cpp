// Large deletions: what is deleted is gone at once, and no other request waits for the deletion. Method: a service on
// virtual time; the disk of some tests is simulated.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "life.hpp"

namespace ekiden::local {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace json = boost::json;

constexpr int kMessages = 5'000;

void send_many(Life& life, int count, std::size_t bytes = 300) {
  const std::string body(bytes, 'm');
  for (int i = 0; i < count; i += 10) {
    json::array entries;
    for (int j = 0; j < 10; ++j) {
      entries.push_back(json::value{{"Id", std::to_string(j)}, {"MessageBody", body}});
    }
    life.sqs("SendMessageBatch", {{"QueueUrl", "q"}, {"Entries", entries}});
  }
}

void create_table(Life& life) {
  life.dynamodb("CreateTable", {{"TableName", "table"},
                                {"BillingMode", "PAY_PER_REQUEST"},
                                {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
                                {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}}});
}

void put_many(Life& life, int count) {
  const std::string text(300, 'i');
  for (int i = 0; i < count; i += 25) {
    json::array puts;
    for (int j = i; j < i + 25; ++j) {
      const json::value item{{"id", {{"S", std::to_string(j)}}}, {"text", {{"S", text}}}};
      puts.push_back(json::value{{"PutRequest", {{"Item", item}}}});
    }
    life.dynamodb("BatchWriteItem", {{"RequestItems", {{"table", puts}}}});
  }
}

// Goal: a purge is complete when it is answered: for receives, for counts and for old receipt handles.
TEST(PurgeTest, IsCompleteAtOnce) {
  Life life;
  life.create();
  send_many(life, kMessages);
  const json::array in_flight = life.receive();
  ASSERT_THAT(in_flight, SizeIs(10));
  life.sqs("PurgeQueue", {{"QueueUrl", "q"}});
  EXPECT_EQ(life.status, 200);
  EXPECT_EQ(life.attribute("ApproximateNumberOfMessages"), "0");
  EXPECT_EQ(life.attribute("ApproximateNumberOfMessagesNotVisible"), "0");
  EXPECT_THAT(life.receive(), IsEmpty());
  life.sqs("ChangeMessageVisibility",
           {{"QueueUrl", "q"}, {"ReceiptHandle", in_flight[0].at("ReceiptHandle")}, {"VisibilityTimeout", 0}});
  EXPECT_EQ(life.status, 400);
  EXPECT_TRUE(life.remove(in_flight[0])) << "deleting a deleted message succeeds, as on AWS";
  life.send("later");
  EXPECT_EQ(life.attribute("ApproximateNumberOfMessages"), "1");
  life.pass(31s);
  EXPECT_THAT(bodies(life.receive()), ElementsAre("later"));
}

// Goal: it is still complete after a crash right behind its answer, and the deletion goes on.
TEST(PurgeTest, SurvivesACrash) {
  testkit::SimDisk disk;
  {
    Life life(&disk);
    life.create();
    send_many(life, kMessages);
    life.sqs("PurgeQueue", {{"QueueUrl", "q"}});
    disk.crash();
  }
  disk.mount();
  Life life(&disk);
  EXPECT_EQ(life.attribute("ApproximateNumberOfMessages"), "0");
  EXPECT_THAT(life.receive(), IsEmpty());
  life.pass(60s);
  EXPECT_LT(disk.used(), 2U << 20U) << "pages are released";
}

// Goal: no large deletion is one large commit. Method: counts the bytes that the disk has to write until the next
// request is answered; all deletions together write several MB.
class LargeDeletionTest : public ::testing::TestWithParam<const char*> {};

TEST_P(LargeDeletionTest, LetsOthersPassAndGivesSpaceBack) {
  const std::string kind = GetParam();
  testkit::SimDisk disk;
  Life life(&disk);
  life.create();
  life.create("other");
  create_table(life);
  if (kind == "DeleteTable") {
    put_many(life, kMessages);
  } else {
    send_many(life, kMessages);
  }
  life.pass(60s);
  const std::uint64_t filled = disk.used();
  EXPECT_GT(filled, 2U << 20U);
  const auto writes_of = [&](const auto& work) {
    const std::uint64_t before = disk.operations();
    work();
    EXPECT_EQ(life.status, 200);
    return disk.operations() - before;
  };
  const std::uint64_t deletion = writes_of([&] {
    if (kind == "DeleteTable") {
      life.dynamodb(kind, {{"TableName", "table"}});
    } else {
      life.sqs(kind, {{"QueueUrl", "q"}});
    }
  });
  EXPECT_LT(deletion, 200U);  // About 400 pages hold the messages.
  std::uint64_t most = 0;
  for (int i = 0; i < 200; ++i) {
    most = std::max(most, writes_of([&] { life.send("x", 0, "other"); }));
  }
  EXPECT_LT(most, 400);
  life.pass(60s);
  EXPECT_LT(disk.used(), filled / 2);
}

INSTANTIATE_TEST_SUITE_P(Of, LargeDeletionTest, ::testing::Values("PurgeQueue", "DeleteQueue", "DeleteTable"),
                         [](const auto& one) { return std::string(one.param); });

// Goal: a table with the name of a deleted one is empty, and a queue, too.
TEST(PurgeTest, ANewOneOfTheSameNameIsEmpty) {
  Life life;
  life.create();
  create_table(life);
  send_many(life, kMessages);
  put_many(life, kMessages);
  life.dynamodb("DeleteTable", {{"TableName", "table"}});
  create_table(life);
  EXPECT_EQ(life.dynamodb("Scan", {{"TableName", "table"}}).at("Count"), 0);
  life.sqs("DeleteQueue", {{"QueueUrl", "q"}});
  life.pass(61s);
  life.create();
  EXPECT_EQ(life.attribute("ApproximateNumberOfMessages"), "0");
  EXPECT_THAT(life.receive(), IsEmpty());
  EXPECT_EQ(life.dynamodb("Scan", {{"TableName", "table"}}).at("Count"), 0);
}

// Goal: many messages that expire at once are no obstacle: the first receive finds what is behind them, a count is
// exact.
TEST(PurgeTest, ExpiresManyInSlices) {
  for (const bool counts : {false, true}) {
    Life life;
    life.sqs("CreateQueue", {{"QueueName", "q"}, {"Attributes", {{"MessageRetentionPeriod", "60"}}}});
    send_many(life, kMessages);
    life.pass(59s);
    life.send("live");
    life.pass(2s);
    if (counts) {
      EXPECT_EQ(life.attribute("ApproximateNumberOfMessages"), "1");
    } else {
      EXPECT_THAT(bodies(life.receive()), ElementsAre("live"));
    }
  }
}

// Goal: the same for messages that move to the dead-letter queue.
TEST(PurgeTest, MovesManyInSlices) {
  Life life;
  life.create("dead");
  life.sqs("CreateQueue",
           {{"QueueName", "q"},
            {"Attributes",
             {{"RedrivePolicy",
               R"({"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":1})"}}}});
  send_many(life, 2'000);
  for (int i = 0; i < 200; ++i) {
    ASSERT_THAT(life.receive(0, 10, 60), SizeIs(10));
  }
  life.send("live");
  life.pass(61s);
  EXPECT_THAT(bodies(life.receive()), ElementsAre("live"));
}

}  // namespace
}  // namespace ekiden::local
