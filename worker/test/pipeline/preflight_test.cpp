// What a worker does before its first receive if a queue, a table or a permission is missing, or not available yet.
#include <ekiden/testkit/local_server.hpp>
#include <ekiden/worker/events.hpp>
#include <ekiden/worker/service.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fleet/detour.hpp"
#include "fleet/sender.hpp"

namespace ekiden::worker::test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class PreflightTest : public testing::Test {
 protected:
  PreflightTest() {
    worker_.on_event([this](const runtime::Event& event) {
      for (const runtime::EventSpec* spec : worker::events::kAll) {
        if (event.spec.name == spec->name && spec->severity != runtime::Severity::kDebug) {
          const auto error = event.find("error");
          logged_.emplace_back(spec->name, error ? std::get<std::string_view>(*error) : std::string_view());
        }
      }
    });
  }

  void start_server() {
    simulation_.start(server_, testkit::local_server({}));
    ASSERT_TRUE(sender_.run(sender_.prepare(30), 1h, [] { return true; }));
  }

  static worker::Settings settings_of(const char* queue) {
    worker::Settings settings;
    settings.queue = queue;
    settings.allow_no_dead_letter_queue = true;
    return settings;
  }

  void start_worker(const char* table, std::vector<std::string> table_key) {
    worker::Settings settings = settings_of(Sender::kQueue);
    settings.table = table;
    settings.table_key = std::move(table_key);
    start_worker({std::move(settings)});
  }

  // One consumer for each queue, with a handler that does nothing.
  void start_worker(std::vector<worker::Settings> queues) {
    auto& way = worker_.keep(std::make_unique<Detour>(worker_.transport(), answer_));
    worker::Service::Seams seams{worker_.env(), way, testkit::local_target(), testkit::local_credentials(),
                                 "simulated"};
    std::vector<worker::Consumer> consumers;
    for (worker::Settings& settings : queues) {
      consumers.push_back(
          worker::Consumer{std::move(settings), worker::make_handler([](worker::Message) -> Task<> { co_return; })});
    }
    service_ = &worker_.keep(std::make_unique<worker::Service>(std::move(seams), std::move(consumers)));
    simulation_.start(worker_, run(*service_, status_));
  }

  static Task<> run(worker::Service& service, std::optional<int>& status) { status = co_await service.run(); }

  // Runs the simulation while `wanted`, and checks the worker's health at every step.
  void run_while(const std::function<bool()>& wanted) {
    const auto look = [&] {
      const runtime::Status status = service_->status();
      was_healthy_ |= status.ready || status.draining;
      return wanted();
    };
    simulation_.run_while(look, simulation_.now() + 1h);
  }
  // Runs until the worker has ended or has logged worker.started.
  void settle() {
    run_while(
        [this] { return !status_ && (logged_.empty() || logged_.back().first != worker::events::kStarted.name); });
  }
  void run_until_ended() {
    run_while([this] { return !status_; });
  }

  // From now on the worker's requests for `operation` get this answer.
  void answer(std::string operation, http::HttpResponse response) {
    *answer_ = [this, operation, response](const http::HttpRequest& request) -> std::optional<http::HttpResponse> {
      if (!target_of(request).ends_with(operation)) {
        return std::nullopt;
      }
      ++answered_;
      return response;
    };
  }

  using Logged = std::vector<std::pair<std::string, std::string>>;  // Name and error of each event above debug.
  Logged logged_;
  std::optional<int> status_;
  bool was_healthy_ = false;  // True if the worker was healthy at any step of run_while().
  unsigned answered_ = 0;     // Requests that got the answer of answer().
  std::shared_ptr<Detour::Answer> answer_ = std::make_shared<Detour::Answer>();
  worker::Service* service_ = nullptr;
  testkit::Simulation simulation_{1};
  testkit::Process& server_{simulation_.process("server")};
  Sender sender_{simulation_};
  testkit::Process& worker_{simulation_.process("worker")};
};

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
