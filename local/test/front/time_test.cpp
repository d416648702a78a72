// The time of queues: it follows elapsed time, whatever happens to the wall clock, and never goes back over a restart.
// Method: a service on virtual time whose wall clock is stepped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "life.hpp"

namespace ekiden::local {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr runtime::Duration kSteps[] = {-24h * 400, -1h, -2s, 2s, 1h, 24h * 5, 24h * 400};

// Goal: a step of the clock hides no message and expires none.
TEST(QueueTimeTest, AStepHidesAndExpiresNothing) {
  for (const runtime::Duration step : kSteps) {
    Life life;
    life.create();
    life.send("hello");
    life.set_clock(step);
    EXPECT_THAT(bodies(life.receive()), ElementsAre("hello")) << step / 1s << " s";
    EXPECT_THAT(bodies(life.receive()), IsEmpty());
    life.pass(30s);
    EXPECT_THAT(bodies(life.receive()), ElementsAre("hello")) << step / 1s << " s";
  }
}

// Goal: delays, visibility timeouts and long polls end after their elapsed time. Method: the clock is stepped while
// they run; a poll of 20 s must return the delayed message after 10 s, not earlier or later.
TEST(QueueTimeTest, AStepMovesNoDeadline) {
  for (const runtime::Duration step : kSteps) {
    Life life;
    life.create();
    life.send("delayed", 10);
    life.set_clock(step);
    const runtime::TimePoint begun = life.loop().clock().now();
    EXPECT_THAT(bodies(life.receive(20)), ElementsAre("delayed")) << step / 1s << " s";
    const runtime::Duration waited = life.loop().clock().now() - begun;
    EXPECT_GE(waited, 9s) << step / 1s << " s";
    EXPECT_LE(waited, 11s) << step / 1s << " s";
    life.set_clock({});
    const runtime::TimePoint hidden = life.loop().clock().now();
    EXPECT_THAT(life.receive(20), IsEmpty());
    EXPECT_EQ((life.loop().clock().now() - hidden) / 1s, 20);
    EXPECT_THAT(bodies(life.receive(20)), ElementsAre("delayed"));
  }
}

// Goal: messages expire after their retention period of elapsed time, also after the clock was set back.
TEST(QueueTimeTest, ExpiresByElapsedTime) {
  Life life;
  life.sqs("CreateQueue", {{"QueueName", "q"}, {"Attributes", {{"MessageRetentionPeriod", "3600"}}}});
  life.send("old");
  life.set_clock(-24h);
  life.pass(3'590s);
  life.send("new");
  EXPECT_EQ(life.attribute("ApproximateNumberOfMessages"), "2");
  life.pass(20s);
  EXPECT_THAT(bodies(life.receive()), ElementsAre("new"));
}

// Goal: a client computes right ages. Method: the age of a message on the wall clock is its elapsed time, for messages
// from before and after a step; the stamps of a message do not change while the clock runs evenly.
TEST(QueueTimeTest, ShowsStampsOnTheClockOfTheClients) {
  for (const runtime::Duration step : kSteps) {
    Life life;
    life.create();
    life.send("before");
    life.pass(60s);
    life.set_clock(step);
    life.send("after");
    life.pass(10s);
    const boost::json::array first = life.receive();
    ASSERT_EQ(first.size(), 2U) << step / 1s;
    EXPECT_NEAR(static_cast<double>(life.wall_ms() - stamp(first[0], "SentTimestamp")), 70'000, 100);
    EXPECT_NEAR(static_cast<double>(life.wall_ms() - stamp(first[1], "SentTimestamp")), 10'000, 100);
    EXPECT_NEAR(static_cast<double>(life.wall_ms() - stamp(first[1], "ApproximateFirstReceiveTimestamp")), 0, 100);
    life.pass(40s);
    const boost::json::array second = life.receive();
    ASSERT_EQ(second.size(), 2U);
    for (const std::size_t i : {0U, 1U}) {
      for (const char* name : {"SentTimestamp", "ApproximateFirstReceiveTimestamp"}) {
        EXPECT_EQ(stamp(second[i], name), stamp(first[i], name)) << step / 1s << name;
      }
    }
  }
}

// Goal: when a queue or a table was created is the wall clock's time at that moment, and stays.
TEST(QueueTimeTest, KeepsTheTimeOfACreation) {
  Life life;
  life.set_clock(-1h);
  life.pass(5s);
  const std::int64_t now_s = life.wall_ms() / 1'000;
  life.create();
  life.dynamodb("CreateTable", {{"TableName", "table"},
                                {"BillingMode", "PAY_PER_REQUEST"},
                                {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
                                {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}}});
  life.set_clock(24h);
  EXPECT_NEAR(std::stod(life.attribute("CreatedTimestamp")), static_cast<double>(now_s), 1);
  EXPECT_NEAR(std::stod(life.attribute("LastModifiedTimestamp")), static_cast<double>(now_s), 1);
  const boost::json::value table = life.dynamodb("DescribeTable", {{"TableName", "table"}});
  EXPECT_NEAR(table.at("Table").at("CreationDateTime").to_number<double>(), static_cast<double>(now_s), 1);
}

// Goal: the name of a deleted queue is free again after 60 s, whatever the clock shows.
TEST(QueueTimeTest, ADeletedNameWaitsForElapsedTime) {
  Life life;
  life.create();
  life.sqs("DeleteQueue", {{"QueueUrl", "q"}});
  life.set_clock(1h);
  life.create();
  EXPECT_EQ(life.status, 400);
  life.set_clock(-1h);
  life.pass(61s);
  life.create();
  EXPECT_EQ(life.status, 200);
}

// Goal: after a restart, time goes on from the stored time if the wall clock is behind it: what was visible stays
// visible, and what was hidden is hidden for the rest of its time. Method: a clean stop and a crash.
TEST(QueueTimeTest, ARestartNeverGoesBack) {
  for (const bool crash : {false, true}) {
    for (const runtime::Duration step : std::initializer_list<runtime::Duration>{-24h * 400, -1h, -2s}) {
      testkit::SimDisk disk;
      {
        Life life(&disk);
        life.create();
        life.send("visible");
        life.pass(5s);
        life.send("delayed", 10);
        if (crash) {
          disk.crash();
        }
      }
      disk.mount();
      Life life(&disk, step);
      EXPECT_THAT(bodies(life.receive()), ElementsAre("visible")) << step / 1s;
      life.pass(8s);
      EXPECT_THAT(bodies(life.receive()), IsEmpty()) << step / 1s;
      life.pass(3s);
      const boost::json::array delayed = life.receive();
      ASSERT_THAT(bodies(delayed), ElementsAre("delayed")) << step / 1s;
      EXPECT_NEAR(static_cast<double>(life.wall_ms() - stamp(delayed[0], "SentTimestamp")), 11'000, 200);
      EXPECT_THAT(life.events, step < -24h ? ::testing::Matcher<std::vector<std::string>>(
                                                 ElementsAre(StartsWith("local.clock_stepped -345")))
                                           : IsEmpty());
    }
  }
}

// Goal: the time of an idle server counts, too. Method: nothing is written for a day before a clean stop; then the
// clock is set back by two days.
TEST(QueueTimeTest, IdleTimeIsStoredAtTheStop) {
  testkit::SimDisk disk;
  {
    Life life(&disk);
    life.create();
    life.send("delayed", 900);
    life.pass(24h);
  }
  Life life(&disk, -48h);
  EXPECT_THAT(bodies(life.receive()), ElementsAre("delayed"));
}

// Goal: the time of a stop counts, and a step of more than a day is logged before a message expires.
TEST(QueueTimeTest, LogsALongStepBeforeAnythingExpires) {
  testkit::SimDisk disk;
  {
    Life life(&disk);
    life.create();
    life.send("hello");
  }
  {
    Life life(&disk, 23h);
    EXPECT_THAT(life.events, IsEmpty());
    EXPECT_EQ(life.attribute("ApproximateNumberOfMessages"), "1");
  }
  Life life(&disk, 24h * 6);
  EXPECT_THAT(life.events, ElementsAre(StartsWith("local.clock_stepped 43")));
  EXPECT_EQ(life.attribute("ApproximateNumberOfMessages"), "0");
}

// Goal: a long step of the clock of a running server is logged, once.
TEST(QueueTimeTest, LogsALongStepWhileRunning) {
  Life life;
  life.create();
  life.set_clock(24h * 5);
  life.send("one");
  life.send("two");
  EXPECT_THAT(life.events, ElementsAre("local.clock_stepped 432000"));
}

// Goal: the stored time costs no sync.
TEST(QueueTimeTest, StoringTheTimeCostsNoSync) {
  testkit::SimDisk disk;
  Life life(&disk);
  life.create();
  life.send("first");
  const std::uint64_t before = disk.syncs();
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(life.send("more"));
  }
  EXPECT_EQ(disk.syncs() - before, 10U);
}

}  // namespace
}  // namespace ekiden::local
