// Queues and tables with which a worker does not start, and a table for which it waits.
#include <gmock/gmock.h>

#include "preflight_fixture.hpp"

namespace ekiden::worker::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

class StartTest : public PreflightTest {
 protected:
  /// The worker must end with status 2, and log nothing except `error`.
  void expect_refusal(const std::string& error) {
    run_until_ended();
    EXPECT_EQ(status_, 2);
    EXPECT_THAT(logged_, ElementsAre(Pair("worker.failed", error)));
    EXPECT_FALSE(was_healthy_);
    status_.reset();
    logged_.clear();
  }

  /// From now on DescribeTable says that the table has this status.
  void table_is(const std::string& status) {
    answer(".DescribeTable", response_of(200, R"({"Table":{"TableName":"news-deliveries","TableStatus":")" + status +
                                                  R"(","KeySchema":[{"AttributeName":"user_id","KeyType":"HASH"}],)"
                                                  R"("AttributeDefinitions":[{"AttributeName":"user_id",)"
                                                  R"("AttributeType":"S"}]}})"));
  }
};

// Goal: a FIFO queue is refused, however it is named, before any call.
TEST_F(StartTest, RefusesAFifoQueueByItsName) {
  start_server();
  answer("", error_of("AccessDeniedException", 403));
  for (const char* queue : {"orders.fifo", "https://sqs.us-east-1.amazonaws.com/123456789012/orders.fifo",
                            "arn:aws:sqs:us-east-1:123456789012:orders.fifo"}) {
    start_worker({settings_of(queue)});
    expect_refusal("queue " + std::string(queue) +
                   " is a FIFO queue, and FIFO queues are not supported yet: their messages would be handled out of "
                   "order; use a standard queue");
  }
  EXPECT_EQ(answered_, 0U);
}

// Goal: a FIFO queue is refused if only its attributes, or the URL that SQS returns, show what it is.
TEST_F(StartTest, RefusesAFifoQueueByItsAttributes) {
  start_server();
  const std::string refusal =
      "queue news is a FIFO queue, and FIFO queues are not supported yet: their messages would be handled out of "
      "order; use a standard queue";
  answer(".GetQueueAttributes", response_of(200, R"({"Attributes":{"FifoQueue":"true","VisibilityTimeout":"30"}})"));
  start_worker({settings_of(Sender::kQueue)});
  expect_refusal(refusal);
  *answer_ = [](const http::HttpRequest& request) -> std::optional<http::HttpResponse> {
    if (target_of(request).ends_with(".GetQueueUrl")) {
      return response_of(200, R"({"QueueUrl":"http://local:4566/000000000000/news.fifo"})");
    }
    return response_of(200, R"({"Attributes":{"VisibilityTimeout":"30"}})");
  };
  start_worker({settings_of(Sender::kQueue)});
  expect_refusal(refusal);
}

// Goal: FifoQueue "false" is a standard queue.
TEST_F(StartTest, AcceptsAQueueThatSaysItIsNoFifoQueue) {
  start_server();
  answer(".GetQueueAttributes", response_of(200, R"({"Attributes":{"FifoQueue":"false","VisibilityTimeout":"30"}})"));
  start_worker({settings_of(Sender::kQueue)});
  settle();
  EXPECT_THAT(logged_, ElementsAre(Pair("worker.started", "")));
}

// Goal: a FIFO dead-letter queue is refused, by the option and by the redrive policy.
TEST_F(StartTest, RefusesAFifoDeadLetterQueue) {
  start_server();
  const std::string end =
      " is a FIFO queue, and FIFO queues are not supported yet: SQS would reject a dead letter, because it has no "
      "message group; name a standard queue with --dead-letter-queue";
  for (const char* dead : {"dead.fifo", "http://local:4566/000000000000/dead.fifo", "arn:aws:sqs:us-east-1:1:d.fifo"}) {
    worker::Settings settings = settings_of(Sender::kQueue);
    settings.dead_letter_queue = dead;
    start_worker({settings});
    expect_refusal("dead-letter queue " + std::string(dead) + end);
  }
  const std::string target = "arn:aws:sqs:us-east-1:000000000000:dead.fifo";
  answer(".GetQueueAttributes", response_of(200, R"({"Attributes":{"RedrivePolicy":"{\"deadLetterTargetArn\":\")" +
                                                     target + R"(\",\"maxReceiveCount\":5}"}})"));
  start_worker({settings_of(Sender::kQueue)});
  expect_refusal("dead-letter queue " + target + end);
}

// Goal: a FIFO queue of the second handler ends the start before the first queue is looked at.
TEST_F(StartTest, OneFifoQueueOfTwoEndsTheStart) {
  start_server();
  answer("", error_of("AccessDeniedException", 403));
  start_worker({settings_of(Sender::kQueue), settings_of("orders.fifo")});
  expect_refusal(
      "queue orders.fifo is a FIFO queue, and FIFO queues are not supported yet: their messages would be handled out "
      "of order; use a standard queue");
  EXPECT_EQ(answered_, 0U);
}

// Goal: two handlers cannot have one queue, whether they name it by name, URL or ARN.
TEST_F(StartTest, RefusesTwoHandlersOfOneQueue) {
  start_server();
  const std::string url = "http://local:4566/000000000000/news";
  const std::vector<std::pair<std::string, std::string>> pairs{{"news", "news"},
                                                               {"news", url},
                                                               {"arn:aws:sqs:us-east-1:000000000000:news", url},
                                                               {"news", "arn:aws:sqs:us-east-1:000000000000:news"}};
  for (const auto& [one, other] : pairs) {
    start_worker({settings_of(one.c_str()), settings_of(other.c_str())});
    expect_refusal("two handlers of this worker have the same queue " + url +
                   ", so a message could reach the wrong one: set the key queue in the section [queue.NAME] of each "
                   "handler to another queue");
  }
}

// Goal: the same holds if SQS does not return the ARN of the queue.
TEST_F(StartTest, RefusesTwoHandlersOfOneQueueWithoutItsArn) {
  start_server();
  answer(".GetQueueAttributes", response_of(200, R"({"Attributes":{"VisibilityTimeout":"30"}})"));
  start_worker({settings_of("news"), settings_of("http://local:4566/000000000000/news")});
  expect_refusal(
      "two handlers of this worker have the same queue http://local:4566/000000000000/news, so a message could reach "
      "the wrong one: set the key queue in the section [queue.NAME] of each handler to another queue");
}

// Goal: a worker waits for a table that is being created: one line, not ready, healthy. It starts when it is ACTIVE.
TEST_F(StartTest, WaitsForATableThatIsBeingCreated) {
  start_server();
  table_is("CREATING");
  start_worker(Sender::kTable, {});
  simulation_.run_for(10min);
  const std::string reason = "table news-deliveries is being created (CREATING): the worker waits for it";
  EXPECT_THAT(logged_, ElementsAre(Pair("start.waiting", reason)));
  const runtime::Status waiting = service_->status();
  EXPECT_FALSE(waiting.ready);
  EXPECT_TRUE(waiting.waiting);
  EXPECT_EQ(waiting.detail, reason);
  EXPECT_GT(answered_, 100U);
  EXPECT_LT(answered_, 600U);

  // A failure after the wait is still retried for 30 s.
  answer(".DescribeTable", error_of("InternalServerError", 500));
  simulation_.run_for(20s);
  EXPECT_EQ(status_, std::nullopt);
  *answer_ = nullptr;
  run_while([this] { return !status_ && !was_healthy_; });
  EXPECT_TRUE(was_healthy_);
  EXPECT_EQ(logged_.back().first, "worker.started");
  EXPECT_FALSE(service_->status().waiting);
}

// Goal: SIGTERM ends the wait for a table at once, with status 0.
TEST_F(StartTest, ADrainEndsTheWaitForATable) {
  start_server();
  table_is("CREATING");
  start_worker(Sender::kTable, {});
  simulation_.run_for(1min);
  const runtime::TimePoint asked = simulation_.now();
  service_->request_stop("SIGTERM");
  run_until_ended();
  EXPECT_EQ(status_, 0);
  EXPECT_LT(simulation_.now() - asked, 1s);
  EXPECT_EQ(logged_.back().first, "worker.stopped");
}

// Goal: the wait ends with status 2 if the table is deleted, or if it has another key than --table-key.
TEST_F(StartTest, ATableThatDoesNotComeEndsTheWait) {
  start_server();
  table_is("CREATING");
  start_worker(Sender::kTable, {});
  simulation_.run_for(1min);
  answer(".DescribeTable", error_of("ResourceNotFoundException"));
  run_until_ended();
  EXPECT_EQ(status_, 2);
  EXPECT_EQ(logged_.back().first, "worker.failed");
  status_.reset();
  logged_.clear();
  table_is("CREATING");
  start_worker(Sender::kTable, {"news_id"});
  expect_refusal(
      "--table-key news_id does not match table news-deliveries, whose key is user_id: set --table-key "
      "user_id, or leave the option out");
}

// Goal: a table that takes no writes ends the start at once, with what to do.
TEST_F(StartTest, RefusesATableThatCannotBeUsed) {
  start_server();
  const std::vector<std::pair<const char*, const char*>> cases{
      {"DELETING", "is being deleted (DELETING): create it again after it is gone, or name another table with --table"},
      {"INACCESSIBLE_ENCRYPTION_CREDENTIALS",
       "cannot be used, because DynamoDB has no access to its encryption key (INACCESSIBLE_ENCRYPTION_CREDENTIALS): "
       "enable the key in AWS KMS (Key Management Service), and allow DynamoDB to use it"},
      {"ARCHIVING",
       "is archived, because its encryption key was inaccessible for 7 days (ARCHIVING): restore its backup to a new "
       "table, or name another table with --table"},
      {"ARCHIVED",
       "is archived, because its encryption key was inaccessible for 7 days (ARCHIVED): restore its backup to a new "
       "table, or name another table with --table"}};
  for (const auto& [status, error] : cases) {
    table_is(status);
    start_worker(Sender::kTable, {});
    expect_refusal("table news-deliveries " + std::string(error));
  }
}

// Goal: a table that takes writes is accepted, also with a status that is not known here.
TEST_F(StartTest, AcceptsATableThatTakesWrites) {
  start_server();
  for (const char* status : {"ACTIVE", "UPDATING", "REPLICATION_NOT_AUTHORIZED", "IMPROVING"}) {
    table_is(status);
    start_worker(Sender::kTable, {});
    settle();
    EXPECT_THAT(logged_, ElementsAre(Pair("worker.started", ""))) << status;
    service_->request_stop("SIGTERM");
    run_until_ended();
    status_.reset();
    logged_.clear();
  }
}

}  // namespace
}  // namespace ekiden::worker::test
