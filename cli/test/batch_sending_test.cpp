// Sending many messages, to a simulated queue.
#include "send/batch_sending.hpp"

#include <ekiden/http/transport.hpp>
#include <ekiden/testkit/local_server.hpp>
#include <ekiden/testkit/simulation.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace ekiden::cli {
namespace {

using namespace std::chrono_literals;

// Answers requests with a large body itself.
class Limit final : public http::Transport {
 public:
  Limit(http::Transport& next, std::size_t body_max, http::HttpResponse refusal)
      : next_(next), body_max_(body_max), refusal_(std::move(refusal)) {}

  runtime::Task<http::HttpResponse> send(http::HttpRequest request) override {
    if (request.body.size() > body_max_) {
      ++refused;
      co_return refusal_;
    }
    http::HttpResponse response = co_await next_.send(std::move(request));
    co_return response;
  }

  int refused = 0;

 private:
  http::Transport& next_;
  std::size_t body_max_;
  http::HttpResponse refusal_;
};

http::HttpResponse refusal(int status, std::string body) {
  http::HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

class BatchSendingTest : public testing::TestWithParam<http::HttpResponse> {
 protected:
  BatchSendingTest() {
    simulation_.start(server_, testkit::local_server({}));
    queue_ = simulation_.run(process_, sqs_.create_queue("q"));
  }
  // Sends `count` messages of `bytes`, ten at a time.
  void send(int count, std::size_t bytes) {
    BatchSending::Next next = [count, bytes, number = std::int64_t{1}]() mutable {
      Batch batch;
      for (; number <= count && batch.messages.size() < aws::sqs::kBatchMax; ++number) {
        batch.messages.push_back({.body = std::string(bytes, 'x')});
        batch.numbers.push_back(number);
      }
      return batch;
    };
    sending_.emplace(process_.env(), sqs_, queue_, "line", std::move(next), [](std::int64_t) {});
    simulation_.run(process_, sending_->run());
  }
  std::string stored() {
    return simulation_.run(process_, sqs_.get_queue_attributes(queue_)).at("ApproximateNumberOfMessages");
  }

  testkit::Simulation simulation_{1};
  testkit::Process& server_{simulation_.process("server")};
  testkit::Process& process_{simulation_.process("send")};
  Limit limit_{process_.transport(), 100'000, GetParam()};
  aws::sqs::SqsClient sqs_{process_.env(), limit_, testkit::local_credentials(), testkit::local_target()};
  aws::sqs::QueueUrl queue_;
  std::optional<BatchSending> sending_;
};

// Goal: a batch that a service or a proxy refuses for its size is divided until it passes, and each message is sent
// once. Services before 2025, and some local ones, take 256 KiB in a batch.
TEST_P(BatchSendingTest, DividesWhatIsRefusedForItsSize) {
  send(25, 30'000);
  EXPECT_EQ(sending_->sent(), 25);
  EXPECT_EQ(stored(), "25");
  EXPECT_EQ(limit_.refused, 7);  // Two batches of 10 and their halves of 5; then one batch of 5.
}

// Goal: one message that is too large ends the command with the service's error.
TEST_P(BatchSendingTest, OneMessageThatIsTooLargeIsAnError) {
  EXPECT_THROW(send(1, 120'000), aws::Error);
  EXPECT_EQ(limit_.refused, 1);
}

INSTANTIATE_TEST_SUITE_P(
    Refusals, BatchSendingTest,
    testing::Values(refusal(413, "<html>too large</html>"),
                    refusal(400, R"({"__type":"com.amazonaws.sqs#BatchRequestTooLong","message":"too long"})"),
                    refusal(400, R"({"__type":"AWS.SimpleQueueService.BatchRequestTooLong","message":"too long"})")));

}  // namespace
}  // namespace ekiden::cli
