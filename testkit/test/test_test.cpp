#include <ekiden/test.hpp>

#include <boost/asio/error.hpp>
#include <boost/describe/class.hpp>
#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace ekiden::test {
namespace {

using namespace std::chrono_literals;
using End = MessageResult::End;

struct Order {
  std::string id;
  std::string what;
};
BOOST_DESCRIBE_STRUCT(Order, (), (id, what))

std::string order(const std::string& id, const std::string& what) {
  return R"({"id":")" + id + R"(","what":")" + what + "\"}";
}

Task<> take(Order order, Context context) { co_await context.table().put(order); }

// Goal: the first test that a user writes works: a handler, some bodies, and the items that it stored.
TEST(TestTest, RunsAHandlerAndShowsItsItems) {
  const Result result = run(&take, {order("a", "tea"), order("b", "rice")}, {.table_key = {{"id"}}});
  EXPECT_TRUE(result.all_done());
  EXPECT_EQ(result.status, 0);
  ASSERT_EQ(result.items.size(), 2U);
  EXPECT_NE(result.items[0], result.items[1]);
  EXPECT_TRUE(result.left.empty());
  EXPECT_TRUE(result.dead.empty());
}

Task<Outcome> judge(Order order, Context context) {
  if (order.what == "later" && context.message().receive_count < 3) {
    co_return Outcome::retry(10min);
  }
  if (order.what == "no") {
    co_return Outcome::reject("not on the menu");
  }
  if (order.what == "old") {
    co_return Outcome::drop("was served");
  }
  if (order.what == "fall") {
    throw std::runtime_error("the tray fell");
  }
  if (order.what == "abort" && context.message().receive_count < 3) {
    throw boost::system::system_error(boost::asio::error::operation_aborted);
  }
  co_return Outcome::done();
}

// Goal: operation_aborted thrown by a handler is a failure like any other exception: the message is retried, and no
// actor crashes.
TEST(TestTest, TakesAnAbortOfTheHandlersOwnForAFailure) {
  const Result result = run(&judge, {order("1", "abort"), order("2", "tea")});
  EXPECT_TRUE(result.all_done());
  EXPECT_EQ(result.messages[0].retries, 2U);
  for (const std::string& line : result.event_lines) {
    EXPECT_EQ(line.find("actor.crashed"), std::string::npos) << line;
  }
}

class Speechless : public std::exception {
 public:
  const char* what() const noexcept override { return ""; }
};

Task<> throw_without_a_word(Message /*message*/, Context context) {
  if (context.message().receive_count < 3) {
    throw Speechless();
  }
  co_return;
}

// Goal: an exception with an empty what() is still a failure: the message is retried, not treated as done.
TEST(TestTest, AnExceptionNeedNotSayAnything) {
  const Result result = run(&throw_without_a_word, {"a"});
  EXPECT_TRUE(result.all_done());
  EXPECT_EQ(result.messages[0].retries, 2U);
}

Task<Outcome> refuse(Message message) { co_return Outcome::reject(message.body == "silence" ? "" : message.body); }

// Goal: without a dead-letter queue, a rejected message stays in the queue, with and without a reason.
TEST(TestTest, WithoutADeadLetterQueueARejectedMessageStays) {
  Options options;
  options.settings.allow_no_dead_letter_queue = true;
  const Result result = run(&refuse, {"silence", "it smells"}, options);
  EXPECT_EQ(result.left.size(), 2U);
  EXPECT_EQ(result.messages[0].end, End::kLeft);
  EXPECT_EQ(result.messages[1].end, End::kLeft);
  EXPECT_EQ(result.messages[1].last_reason, "it smells");
}

// Goal: a rejection with an empty reason is still a rejection.
TEST(TestTest, ARejectionNeedNotGiveAReason) {
  const Result result = run(&refuse, {"silence"});
  EXPECT_EQ(result.messages[0].end, End::kRejected);
  EXPECT_EQ(result.dead.size(), 1U);
}

Task<Outcome> come_back_tomorrow(Message /*message*/, Context context) {
  if (context.message().receive_count == 1) {
    co_await context.clock().sleep_for(10min);
    co_return Outcome::retry(12h);
  }
  co_return Outcome::done();
}

bool mentions(const Result& result, std::string_view what) {
  return std::ranges::any_of(result.event_lines,
                             [what](const std::string& line) { return line.find(what) != std::string::npos; });
}

// Goal: a retry delay is cut to what SQS allows: 12 h after the receive, not after the end of the handler.
TEST(TestTest, TheLongestRetryCountsFromTheReceive) {
  const Result result = run(&come_back_tomorrow, {"a"}, {.limit = 24h});
  EXPECT_TRUE(result.all_done());
  EXPECT_EQ(result.messages[0].retries, 1U);
  EXPECT_GE(result.messages[0].took, runtime::Duration(12h - 1min));
  EXPECT_LE(result.messages[0].took, runtime::Duration(12h + 1min));
  EXPECT_FALSE(mentions(result, "lease.lost"));
}

// Goal: the result shows each outcome with its reason. A body that cannot be decoded is rejected. A message that always
// fails is moved to the dead-letter queue by SQS.
TEST(TestTest, ShowsEachOutcome) {
  const std::vector<std::string> bodies{order("1", "later"), order("2", "no"), order("3", "old"), order("4", "fall"),
                                        R"({"id":5})"};
  const Result result = run(&judge, bodies, {.max_receives = 3});
  EXPECT_EQ(result.messages[0].end, End::kDone);
  EXPECT_EQ(result.messages[0].retries, 2U);
  EXPECT_GE(result.messages[0].took, runtime::Duration(20min));
  EXPECT_EQ(result.messages[1].end, End::kRejected);
  EXPECT_EQ(result.messages[1].last_reason, "not on the menu");
  EXPECT_EQ(result.messages[2].end, End::kDropped);
  EXPECT_EQ(result.messages[3].end, End::kLeft);
  EXPECT_EQ(result.messages[3].retries, 3U);
  EXPECT_EQ(result.messages[3].last_reason, "the tray fell");
  EXPECT_EQ(result.messages[4].end, End::kRejected);
  EXPECT_EQ(result.dead.size(), 3U);
  EXPECT_FALSE(result.all_done());
}

Task<> take_hours(Order order, Context context) {
  co_await context.clock().sleep_for(3h);
  co_await context.table().put(order);
}

// Goal: hours of virtual time take milliseconds. A long handler keeps its message even if nothing else happens: its
// lease is extended before it ends, not only after a second receive.
TEST(TestTest, HoursPassInVirtualTime) {
  const Result result = run(&take_hours, {order("a", "stew")}, {.table_key = {{"id"}}});
  EXPECT_TRUE(result.all_done());
  EXPECT_FALSE(mentions(result, "message.duplicate"));
  EXPECT_FALSE(mentions(result, "lease.lost"));
  EXPECT_EQ(result.messages[0].retries, 0U);
  EXPECT_GE(result.messages[0].took, runtime::Duration(3h));
}

// Goal: faults cause retries but lose no message, and the same seed repeats the run.
TEST(TestTest, FaultsLoseNothingAndRepeat) {
  std::vector<std::string> bodies;
  for (int i = 0; i < 30; ++i) {
    bodies.push_back(order(std::to_string(i), "soup"));
  }
  const Options options{.seed = 5,
                        .table_key = {{"id"}},
                        .network = {.reset_request = 0.1, .reset_answer = 0.1},
                        .faults = {.throttle = 0.1, .partial = 0.1, .unprocessed = 0.1}};
  const Result result = run(&take, bodies, options);
  EXPECT_TRUE(result.all_done());
  EXPECT_EQ(result.items.size(), 30U);
  EXPECT_EQ(run(&take, bodies, options).event_lines, result.event_lines);
}

// Goal: a run without messages succeeds at once.
TEST(TestTest, NoMessagesAreDoneAtOnce) {
  const Result result = run(&take, {}, {.table_key = {{"id"}}});
  EXPECT_TRUE(result.all_done());
  EXPECT_TRUE(result.items.empty());
}

// Goal: if the worker cannot start, the exception says why.
TEST(TestTest, TellsWhyAWorkerCannotStart) {
  worker::AnyHandler handler = worker::make_handler(&take);
  Options options;
  options.table_key = {{"id"}};
  options.faults.error = 1;
  EXPECT_THROW(run(handler, {order("a", "tea")}, options), std::runtime_error);
}

}  // namespace
}  // namespace ekiden::test
