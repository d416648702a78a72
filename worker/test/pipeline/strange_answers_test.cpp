// Answers of SQS that a worker should never get: damaged messages only, the same message again and again, one id for
// two messages, a success that says nothing. They must not cost the other messages anything.
#include <ekiden/aws/events.hpp>
#include <ekiden/worker/events.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fleet/detour.hpp"
#include "one_worker.hpp"

namespace ekiden::worker::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* kDamaged = R"(,"MD5OfBody":"00000000000000000000000000000000")";

std::string message_of(const std::string& id, const std::string& handle, const std::string& body,
                       const std::string& more = {}) {
  return R"({"MessageId":")" + id + R"(","ReceiptHandle":")" + handle + R"(","Body":")" + body + "\"" + more + "}";
}
std::string delivery_of(const std::string& user) {
  return R"({\"user_id\":\")" + user + R"(\",\"news_id\":\"n\",\"title\":\"t\"})";
}

class StrangeAnswersTest : public testing::Test {
 protected:
  OneWorker& start() {
    OneWorkerOptions options;
    options.way = [this](http::Transport& network) {
      return std::make_unique<Detour>(
          network,
          std::make_shared<Detour::Answer>([this](const http::HttpRequest& request) { return answer(request); }));
    };
    one_ = std::make_unique<OneWorker>(1, std::move(options));
    one_->start_worker();
    return *one_;
  }
  /// From now on each receive is answered at once with these messages.
  void receive(std::string messages) { messages_ = std::move(messages); }
  std::size_t calls(const std::string& operation) const {
    return static_cast<std::size_t>(std::ranges::count(operations_, operation));
  }

  bool strange_ = true;
  std::string messages_;
  std::string send_answer_ = "{}";
  int send_status_ = 200;
  std::string last_receive_;
  std::string deleted_;  ///< The bodies of all deletes.
  std::vector<std::string> operations_;
  std::unique_ptr<OneWorker> one_;

 private:
  std::optional<http::HttpResponse> answer(const http::HttpRequest& request) {
    const std::string operation(target_of(request).substr(target_of(request).find('.') + 1));
    operations_.push_back(operation);
    if (!strange_) {
      return std::nullopt;
    }
    if (operation == "ReceiveMessage" && !messages_.empty()) {
      last_receive_ = request.body;
      return response_of(200, R"({"Messages":[)" + messages_ + "]}");
    }
    if (operation == "DeleteMessageBatch") {
      deleted_ += request.body;
      return response_of(200, R"({"Successful":[{"Id":"0"}]})");
    }
    if (operation == "ChangeMessageVisibilityBatch") {
      return response_of(200, R"({"Successful":[{"Id":"0"}]})");
    }
    if (operation == "SendMessage") {
      return response_of(send_status_, send_answer_);
    }
    return std::nullopt;
  }
};

// Goal: if every message arrives damaged, few receives are spent on it, for one message each; afterwards the worker
// receives as usual.
TEST_F(StrangeAnswersTest, DamagedMessagesAloneAreReceivedRarely) {
  std::string ten;
  for (int i = 0; i < 10; ++i) {
    ten += (i == 0 ? "" : ",") + message_of("m" + std::to_string(i), "h" + std::to_string(i), "x", kDamaged);
  }
  receive(ten);
  OneWorker& worker = start();
  worker.simulation().run_for(10min);
  EXPECT_LE(calls("ReceiveMessage"), 20U);
  EXPECT_NE(last_receive_.find("\"MaxNumberOfMessages\":1,"), std::string::npos) << last_receive_;
  strange_ = false;
  worker.send(30);
  worker.drain();
  worker.look();
  worker.stop_worker();
  EXPECT_EQ(worker.problems(), std::vector<std::string>());
}

// Goal: an answer that comes at once and brings nothing new is paced like an empty one.
TEST_F(StrangeAnswersTest, TheSameMessageAgainAndAgainIsPaced) {
  receive(message_of("m", "h", delivery_of("u")));
  OneWorker& worker = start();
  worker.gate().open = false;
  worker.simulation().run_for(60s);
  EXPECT_GE(worker.events(events::kDuplicate), 10U);
  EXPECT_LE(calls("ReceiveMessage"), 150U);
}

// Goal: two messages with one id are two messages. The one that is not held is neither handled nor deleted meanwhile,
// and is handled when it comes again, even if the delete of the first one failed.
TEST_F(StrangeAnswersTest, OneIdForTwoMessagesLosesNone) {
  receive(message_of("m", "first", delivery_of("u1")));
  OneWorker& worker = start();
  worker.gate().open = false;
  worker.simulation().run_for(1s);
  receive(message_of("m", "second", delivery_of("u2")));
  worker.simulation().run_for(10s);
  EXPECT_GE(worker.events(aws::events::kUnusable), 1U);
  EXPECT_EQ(worker.gate().inside, 1U);
  worker.gate().open = true;
  worker.simulation().run_while([&] { return worker.events(events::kSucceeded) < 2; },
                                worker.simulation().now() + 1min);
  EXPECT_EQ(worker.events(events::kSucceeded), 2U);
  EXPECT_LT(deleted_.find("\"first\""), deleted_.find("\"second\""));
  EXPECT_EQ(worker.simulation().network().calls("BatchWriteItem"), 2U);
}

// Goal: a dead-letter queue whose answer does not prove that it stored the copy gets one copy for each receive, and the
// log has the reason with the message id.
TEST_F(StrangeAnswersTest, AnUnprovenCopyIsNotRepeated) {
  receive(message_of("m", "h", "no JSON"));
  OneWorker& worker = start();
  worker.simulation().run_while([&] { return calls("SendMessage") == 0; }, worker.simulation().now() + 1min);
  receive({});
  worker.simulation().run_for(1min);
  EXPECT_EQ(calls("SendMessage"), 1U);
  EXPECT_EQ(worker.events(events::kUnstored), 1U);
  EXPECT_EQ(deleted_, "");
}

// Goal: a dead-letter queue that fails gets few copies, nothing is received meanwhile, and if the worker stops, the log
// has the reason of the rejection.
TEST_F(StrangeAnswersTest, AFailingDeadLetterQueueGetsFewCopies) {
  send_status_ = 500;
  receive(message_of("m", "h", "no JSON"));
  OneWorker& worker = start();
  worker.simulation().run_for(1min);
  EXPECT_LE(calls("SendMessage"), 20U);
  ASSERT_EQ(worker.service().status().outages.size(), 1U);
  EXPECT_EQ(worker.service().status().outages[0].sink, "dead_letter_queue");
  EXPECT_EQ(worker.events(events::kUnstored), 0U);
  worker.stop_worker();
  EXPECT_EQ(worker.events(events::kUnstored), 1U);
  EXPECT_EQ(deleted_, "");
}

}  // namespace
}  // namespace ekiden::worker::test
