// What a worker does before its first receive if a queue, a table or a permission is missing, or not available yet.
#include <gmock/gmock.h>

#include "preflight_fixture.hpp"

namespace ekiden::worker::test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

// Goal: a --table-key that does not match the table is found at the start, not by a rejected write.
TEST_F(PreflightTest, AKeyThatIsNotTheTablesEndsTheStart) {
  start_server();
  start_worker(Sender::kTable, {"news_id", "user_id"});
  settle();
  EXPECT_EQ(status_, 2);
  EXPECT_THAT(logged_, ElementsAre(Pair("worker.failed",
                                        "--table-key news_id,user_id does not match table news-deliveries, whose key "
                                        "is user_id,news_id: set --table-key user_id,news_id, or leave the option "
                                        "out")));
}

// Goal: a --table-key that matches the table is accepted.
TEST_F(PreflightTest, TheTablesKeyIsFine) {
  start_server();
  start_worker(Sender::kTable, {"user_id", "news_id"});
  settle();
  EXPECT_THAT(logged_, ElementsAre(Pair("worker.started", "")));
}

// Goal: without dynamodb:DescribeTable a worker starts if --table-key is set. Otherwise the error advises both.
TEST_F(PreflightTest, AKeyReplacesAPermission) {
  start_server();
  answer(".DescribeTable", error_of("AccessDeniedException"));
  start_worker(Sender::kTable, {"user_id", "news_id"});
  settle();
  EXPECT_THAT(logged_, ElementsAre(Pair("worker.started", "")));
}

TEST_F(PreflightTest, WithoutKeyAndPermissionTheStartEndsWithBothRemedies) {
  start_server();
  answer(".DescribeTable", error_of("AccessDeniedException"));
  start_worker(Sender::kTable, {});
  settle();
  EXPECT_EQ(status_, 2);
  EXPECT_THAT(logged_,
              ElementsAre(Pair("worker.failed", AllOf(HasSubstr("allow dynamodb:DescribeTable on it"),
                                                      HasSubstr(", or name the table's key with --table-key")))));
}

// Goal: a missing table or queue is looked up three times, 1 s apart, and logged in one line.
TEST_F(PreflightTest, AMissingTableIsOneLine) {
  start_server();
  const runtime::TimePoint begun = simulation_.now();
  start_worker("nowhere", {});
  settle();
  EXPECT_EQ(status_, 2);
  EXPECT_GE(simulation_.now() - begun, 2s);
  EXPECT_LT(simulation_.now() - begun, 4s);
  EXPECT_THAT(logged_, ElementsAre(Pair("worker.failed", HasSubstr("dynamodb.DescribeTable on nowhere"))));
  EXPECT_FALSE(was_healthy_);
}

TEST_F(PreflightTest, AMissingQueueIsOneLine) {
  start_server();
  start_worker({settings_of("nowhere")});
  settle();
  EXPECT_EQ(status_, 2);
  EXPECT_THAT(logged_, ElementsAre(Pair("worker.failed", AllOf(HasSubstr("sqs.GetQueueUrl on nowhere"),
                                                               HasSubstr("create the queue, or check its name")))));
  EXPECT_FALSE(was_healthy_);
}

// Goal: a role without permissions ends the start after three attempts, with one line.
TEST_F(PreflightTest, ARoleWithoutPermissionsIsOneLine) {
  start_server();
  answer("", error_of("AccessDeniedException", 403));
  start_worker(Sender::kTable, {});
  settle();
  EXPECT_EQ(status_, 2);
  EXPECT_EQ(answered_, 3U);
  EXPECT_THAT(logged_, ElementsAre(Pair("worker.failed", HasSubstr("allow sqs:GetQueueUrl on it"))));
  EXPECT_FALSE(was_healthy_);
}

// Goal: a role that has all permissions except sqs:ReceiveMessage ends the start in the same way. Method: with long
// polling, and with a poll interval that would receive more often.
TEST_F(PreflightTest, ARoleThatCannotReceiveIsOneLine) {
  start_server();
  for (const runtime::Duration interval : {0ms, 10ms}) {
    SCOPED_TRACE(interval.count());
    logged_.clear();
    answered_ = 0;
    answer(".ReceiveMessage", error_of("AccessDeniedException", 403));
    worker::Settings settings = settings_of(Sender::kQueue);
    settings.poll_interval = interval;
    const runtime::TimePoint begun = simulation_.now();
    start_worker({settings});
    run_until_ended();
    EXPECT_EQ(status_, 2);
    EXPECT_EQ(answered_, 3U);
    EXPECT_GE(simulation_.now() - begun, 2s);
    EXPECT_LT(simulation_.now() - begun, 4s);
    EXPECT_THAT(logged_, ElementsAre(Pair("worker.started", ""),
                                     Pair("worker.failed", AllOf(HasSubstr("sqs.ReceiveMessage on "),
                                                                 HasSubstr("allow sqs:ReceiveMessage on it")))));
    EXPECT_FALSE(was_healthy_);
    status_.reset();
  }
}

// Goal: the first receive retries temporary errors without limit. They reset the count of rejections.
TEST_F(PreflightTest, AnOutageAtTheFirstReceiveIsWaitedOut) {
  start_server();
  answer(".ReceiveMessage", error_of("AccessDeniedException", 403));
  start_worker(Sender::kTable, {});
  run_while([this] { return answered_ < 2; });
  answer(".ReceiveMessage", error_of("InternalError", 500));
  simulation_.run_for(10min);
  answer(".ReceiveMessage", error_of("AccessDeniedException", 403));
  run_while([this, before = answered_] { return answered_ < before + 2; });
  EXPECT_EQ(status_, std::nullopt);
  EXPECT_FALSE(was_healthy_);
  EXPECT_EQ(service_->status().detail, "no receive has succeeded yet");
  EXPECT_THAT(logged_, ElementsAre(Pair("worker.started", ""), Pair("receive.failed", HasSubstr("InternalError"))));
  *answer_ = nullptr;
  run_while([this] { return !was_healthy_; });
  EXPECT_TRUE(was_healthy_);
  answer(".ReceiveMessage", error_of("AccessDeniedException", 403));
  simulation_.run_for(10min);
  EXPECT_EQ(status_, std::nullopt);
  EXPECT_TRUE(service_->status().ready) << service_->status().detail;
}

// Goal: a worker that cannot receive from one of its queues is never healthy and ends. It settles the messages of the
// other queue first.
TEST_F(PreflightTest, OneQueueThatRejectsReceivesEndsTheOthers) {
  start_server();
  unsigned deletes = 0;
  simulation_.network().observe([&deletes](const testkit::SimNetwork::Answered& answered) {
    deletes += testkit::SimNetwork::operation(answered.request) == "DeleteMessageBatch" ? 1 : 0;
  });
  ASSERT_TRUE(sender_.run(sender_.send_all({"one", "two", "three"}), 1h, [] { return true; }));
  *answer_ = [](const http::HttpRequest& request) -> std::optional<http::HttpResponse> {
    const bool refuses =
        target_of(request).ends_with(".ReceiveMessage") && request.body.find(Sender::kDeadQueue) != std::string::npos;
    return refuses ? std::optional(error_of("AccessDeniedException", 403)) : std::nullopt;
  };
  start_worker({settings_of(Sender::kQueue), settings_of(Sender::kDeadQueue)});
  run_until_ended();
  EXPECT_EQ(status_, 2);
  EXPECT_GE(deletes, 1U);
  EXPECT_EQ(service_->in_flight(), 0U);
  EXPECT_THAT(logged_, ElementsAre(Pair("worker.started", ""), Pair("worker.started", ""),
                                   Pair("worker.failed", HasSubstr("allow sqs:ReceiveMessage on it"))));
  EXPECT_FALSE(was_healthy_);
}

// Goal: a worker that cannot reach the services logs once why it waits, and gives up after 30 s.
TEST_F(PreflightTest, NoServerIsLoggedOnceAndGivenUp) {
  const runtime::TimePoint begun = simulation_.now();
  start_worker(Sender::kTable, {});
  settle();
  EXPECT_EQ(status_, 2);
  EXPECT_GE(simulation_.now() - begun, 30s);
  const std::string advice =
      "sqs.GetQueueUrl: nothing answers on http://local:4566; start a server there, for example with `ekiden local "
      "--listen local:4566` in another terminal";
  EXPECT_THAT(logged_, ElementsAre(Pair("start.waiting", advice), Pair("worker.failed", advice)));
}

// Goal: a worker starts when its server starts late.
TEST_F(PreflightTest, AServerThatStartsLateIsFound) {
  start_worker(Sender::kTable, {});
  simulation_.run_for(10s);
  EXPECT_THAT(logged_, ElementsAre(Pair("start.waiting", HasSubstr("nothing answers"))));
  start_server();
  settle();
  EXPECT_EQ(logged_.back().first, "worker.started") << logged_.back().second;
}

}  // namespace
}  // namespace ekiden::worker::test
