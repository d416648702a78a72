// A table, a dead-letter queue or a queue that refuses everything for a while: denied access, a missing resource. No
// message is retried, released or handled again because of it.
#include <ekiden/worker/events.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "fleet/detour.hpp"
#include "one_worker.hpp"

namespace ekiden::worker::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMessages = 200;

class RefusalTest : public testing::Test {
 protected:
  /// A worker whose queue hands each message out once: a second receive makes it a dead letter.
  OneWorker& start(std::size_t messages, OneWorkerOptions options = {}) {
    if (!options.way) {
      options.way = [this](http::Transport& network) { return std::make_unique<Detour>(network, answer_); };
    }
    one_ = std::make_unique<OneWorker>(1, std::move(options));
    one_->simulation().network().observe([this](const testkit::SimNetwork::Answered& answered) {
      receives_ += testkit::SimNetwork::operation(answered.request) == "ReceiveMessage" ? 1 : 0;
    });
    one_->send(messages);
    one_->start_worker();
    return *one_;
  }
  void refuse(std::string operation, std::string code) {
    *answer_ = [operation, code](const http::HttpRequest& request) {
      return target_of(request).ends_with("." + operation) ? std::optional(error_of(code)) : std::nullopt;
    };
  }
  void accept() { *answer_ = nullptr; }
  void expect_all_well() {
    one_->drain();
    one_->look();
    one_->stop_worker();
    EXPECT_EQ(one_->problems(), std::vector<std::string>());
    EXPECT_EQ(one_->events(worker::events::kRetried), 0U);
    EXPECT_EQ(one_->events(worker::events::kOutageBegan), one_->events(worker::events::kOutageEnded));
  }

  std::shared_ptr<Detour::Answer> answer_ = std::make_shared<Detour::Answer>();
  std::size_t receives_ = 0;
  std::unique_ptr<OneWorker> one_;
};

// Goal: while the table refuses, messages are held, nothing is received, the worker stays ready, and one line says why.
TEST_F(RefusalTest, ATableThatRefusesCostsNothing) {
  for (const char* const code : {"AccessDeniedException", "ResourceNotFoundException"}) {
    SCOPED_TRACE(code);
    accept();
    OneWorker& worker = start(kMessages);
    worker.simulation().run_while([&] { return worker.deletes() < 20; }, worker.simulation().now() + 1min);
    refuse("BatchWriteItem", code);
    worker.simulation().run_for(2s);
    const std::size_t received = receives_;
    const std::uint64_t writes = worker.simulation().network().calls("BatchWriteItem");
    worker.simulation().run_for(40s);
    EXPECT_EQ(receives_, received);
    EXPECT_EQ(worker.simulation().network().calls("BatchWriteItem"), writes) << "the detour answers them";
    const runtime::Status status = worker.service().status();
    EXPECT_TRUE(status.ready) << status.detail;
    ASSERT_EQ(status.outages.size(), 1U);
    EXPECT_EQ(status.outages[0].sink, "table");
    EXPECT_NE(status.outages[0].reason.find(code), std::string::npos);
    EXPECT_EQ(worker.events(worker::events::kOutageBegan), 1U);
    accept();
    expect_all_well();
  }
}

// Goal: an outage of hours is no stall, and messages go on afterwards.
TEST_F(RefusalTest, AnOutageOfHoursIsNoStall) {
  refuse("BatchWriteItem", "AccessDeniedException");
  OneWorker& worker = start(20);
  worker.simulation().run_for(3h);
  EXPECT_TRUE(worker.service().status().ready);
  EXPECT_EQ(worker.events(worker::events::kStalled), 0U);
  accept();
  expect_all_well();
}

// Goal: while SQS refuses deletes, done messages stay hidden and are not handled again.
TEST_F(RefusalTest, RefusedDeletesHandleNothingAgain) {
  refuse("DeleteMessageBatch", "AccessDenied");
  OneWorker& worker = start(kMessages);
  worker.simulation().run_for(2min);
  EXPECT_EQ(worker.events(worker::events::kOutageBegan), 1U);
  EXPECT_EQ(worker.deletes(), 0U);
  const std::uint64_t writes = worker.simulation().network().calls("BatchWriteItem");
  worker.simulation().run_for(2min);
  EXPECT_EQ(worker.simulation().network().calls("BatchWriteItem"), writes);
  EXPECT_TRUE(worker.service().status().ready);
  accept();
  expect_all_well();
  EXPECT_EQ(worker.events(worker::events::kSucceeded), kMessages);
  EXPECT_EQ(worker.events(worker::events::kDuplicate), 0U);
}

// Goal: while SQS refuses extensions, or fails them, nothing is received. So a message whose handler outlives its lease
// is not received again, and is deleted when it is done.
TEST_F(RefusalTest, RefusedExtensionsCostNoReceive) {
  for (const int status : {400, 503}) {
    SCOPED_TRACE(status);
    *answer_ = [status](const http::HttpRequest& request) {
      return target_of(request).ends_with(".ChangeMessageVisibilityBatch")
                 ? std::optional(error_of(status == 400 ? "AccessDenied" : "ServiceUnavailable", status))
                 : std::nullopt;
    };
    OneWorker& worker = start(kMessages);
    worker.gate().open = false;
    worker.simulation().run_for(3min);
    EXPECT_EQ(worker.events(worker::events::kDuplicate), 0U);
    ASSERT_EQ(worker.service().status().outages.size(), 1U);
    EXPECT_EQ(worker.service().status().outages[0].sink, "extension");
    EXPECT_LE(worker.simulation().network().calls("ReceiveMessage"), 20U);
    worker.gate().open = true;
    worker.simulation().run_while([&] { return worker.deletes() < 20; }, worker.simulation().now() + 1min);
    accept();
    expect_all_well();
  }
}

// Goal: deletes that are never answered do not cost a message its lease, also if the visibility timeout is shorter than
// the usual patience.
TEST_F(RefusalTest, SilentDeletesHandleNothingAgain) {
  /// Does not answer deletes, until the patience of the request ends.
  class Silent final : public http::Transport {
   public:
    Silent(http::Transport& next, runtime::Clock& clock, const bool& silent)
        : next_(next), clock_(clock), silent_(silent) {}
    Task<http::HttpResponse> send(http::HttpRequest request) override {
      if (silent_ && target_of(request).ends_with(".DeleteMessageBatch")) {
        co_await clock_.sleep_for(request.patience.value().first_byte);
        throw http::TransportError(http::TransportError::Kind::kSilent, "nothing came");
      }
      co_return co_await next_.send(std::move(request));
    }

   private:
    http::Transport& next_;
    runtime::Clock& clock_;
    const bool& silent_;
  };
  bool silent = true;
  OneWorkerOptions options;
  options.queue = {{"VisibilityTimeout", "5"}};
  options.way = [&](http::Transport& network) {
    return std::make_unique<Silent>(network, one_->process().clock(), silent);
  };
  OneWorker& worker = start(20, std::move(options));
  worker.simulation().run_for(50s);
  EXPECT_EQ(worker.events(worker::events::kDuplicate), 0U);
  silent = false;
  expect_all_well();
  EXPECT_EQ(worker.events(worker::events::kSucceeded), 20U);
}

// Goal: a table that was deleted and created with another key refuses every item. No message is to blame for that.
TEST_F(RefusalTest, ATableWithAnotherKeyCostsNothing) {
  OneWorker& worker = start(kMessages);
  worker.simulation().run_while([&] { return worker.deletes() < 20; }, worker.simulation().now() + 1min);
  *answer_ = [](const http::HttpRequest& request) -> std::optional<http::HttpResponse> {
    if (target_of(request).ends_with(".BatchWriteItem")) {
      return response_of(400, R"({"__type":"com.amazon.coral.validate#ValidationException",)"
                              R"("message":"The provided key element does not match the schema"})");
    }
    if (target_of(request).ends_with(".DescribeTable")) {
      return response_of(200, R"({"Table":{"TableName":"news-deliveries","TableStatus":"ACTIVE",)"
                              R"("KeySchema":[{"AttributeName":"other","KeyType":"HASH"}],)"
                              R"("AttributeDefinitions":[{"AttributeName":"other","AttributeType":"S"}]}})");
    }
    return std::nullopt;
  };
  worker.simulation().run_for(40s);
  ASSERT_EQ(worker.service().status().outages.size(), 1U);
  EXPECT_NE(worker.service().status().outages[0].reason.find("another key"), std::string::npos);
  accept();
  expect_all_well();
}

// Goal: a message whose own key is forbidden fails by itself. The others go on, and the worker is not stuck.
TEST_F(RefusalTest, AForbiddenKeyIsItsMessagesOwnFailure) {
  *answer_ = [](const http::HttpRequest& request) {
    return target_of(request).ends_with(".BatchWriteItem") && request.body.find("\"u7\"") != std::string::npos
               ? std::optional(error_of("AccessDeniedException"))
               : std::nullopt;
  };
  OneWorker& worker = start(kMessages);
  worker.simulation().run_while([&] { return worker.deletes() < kMessages - 1; }, worker.simulation().now() + 10min);
  EXPECT_EQ(worker.deletes(), kMessages - 1);
  worker.send(30);
  worker.simulation().run_while([&] { return worker.events(worker::events::kRetried) == 0; },
                                worker.simulation().now() + 10min);
  EXPECT_GE(worker.events(worker::events::kRetried), 1U);
  accept();
  worker.drain();
  worker.look();
  worker.stop_worker();
  EXPECT_EQ(worker.problems(), std::vector<std::string>());
}

}  // namespace
}  // namespace ekiden::worker::test
