// What a worker does before its first receive, when what it needs is missing, refused, or not there yet.
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
          told_.emplace_back(spec->name, error ? std::get<std::string_view>(*error) : std::string_view());
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

  // Of one queue each, with a handler that does nothing.
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

  // Looks at the worker's health at every step, while `wanted`.
  void run_while(const std::function<bool()>& wanted) {
    const auto look = [&] {
      const runtime::Status status = service_->status();
      was_healthy_ |= status.ready || status.draining;
      return wanted();
    };
    simulation_.run_while(look, simulation_.now() + 1h);
  }
  // Until the worker has ended or has said that it started.
  void settle() {
    run_while([this] { return !status_ && (told_.empty() || told_.back().first != worker::events::kStarted.name); });
  }
  void run_until_ended() {
    run_while([this] { return !status_; });
  }

  // From here on the worker's requests for `operation` are answered with this.
  void answer(std::string operation, http::HttpResponse response) {
    *answer_ = [this, operation, response](const http::HttpRequest& request) -> std::optional<http::HttpResponse> {
      if (!target_of(request).ends_with(operation)) {
        return std::nullopt;
      }
      ++answered_;
      return response;
    };
  }

  using Told = std::vector<std::pair<std::string, std::string>>;  // Name and error of each event above debug.
  Told told_;
  std::optional<int> status_;
  bool was_healthy_ = false;  // At any step that run_while() took.
  unsigned answered_ = 0;     // By answer().
  std::shared_ptr<Detour::Answer> answer_ = std::make_shared<Detour::Answer>();
  worker::Service* service_ = nullptr;
  testkit::Simulation simulation_{1};
  testkit::Process& server_{simulation_.process("server")};
  Sender sender_{simulation_};
  testkit::Process& worker_{simulation_.process("worker")};
};

// Goal: a key that is not the table's is found at the start, not by a write that the table refuses.
TEST_F(PreflightTest, AKeyThatIsNotTheTablesEndsTheStart) {
  start_server();
  start_worker(Sender::kTable, {"news_id", "user_id"});
  settle();
  EXPECT_EQ(status_, 2);
  EXPECT_THAT(told_, ElementsAre(Pair("worker.failed",
                                      "--table-key news_id,user_id does not match table news-deliveries, whose key "
                                      "is user_id,news_id: set --table-key user_id,news_id, or leave the option "
                                      "out")));
}

// Goal: the table's own key is fine.
TEST_F(PreflightTest, TheTablesKeyIsFine) {
  start_server();
  start_worker(Sender::kTable, {"user_id", "news_id"});
  settle();
  EXPECT_THAT(told_, ElementsAre(Pair("worker.started", "")));
}

// Goal: who may not describe the table can name its key; who does not is told so.
TEST_F(PreflightTest, AKeyStandsInForAPermission) {
  start_server();
  answer(".DescribeTable", error_of("AccessDeniedException"));
  start_worker(Sender::kTable, {"user_id", "news_id"});
  settle();
  EXPECT_THAT(told_, ElementsAre(Pair("worker.started", "")));
}

TEST_F(PreflightTest, WithoutKeyAndPermissionTheStartEndsWithBothRemedies) {
  start_server();
  answer(".DescribeTable", error_of("AccessDeniedException"));
  start_worker(Sender::kTable, {});
  settle();
  EXPECT_EQ(status_, 2);
  EXPECT_THAT(told_,
              ElementsAre(Pair("worker.failed", AllOf(HasSubstr("allow dynamodb:DescribeTable on it"),
                                                      HasSubstr(", or name the table's key with --table-key")))));
}

// Goal: what is missing is looked for three times, 1 s apart, and told in one line.
TEST_F(PreflightTest, AMissingTableIsOneLine) {
  start_server();
  const runtime::TimePoint begun = simulation_.now();
  start_worker("nowhere", {});
  settle();
  EXPECT_EQ(status_, 2);
  EXPECT_GE(simulation_.now() - begun, 2s);
  EXPECT_LT(simulation_.now() - begun, 4s);
  EXPECT_THAT(told_, ElementsAre(Pair("worker.failed", HasSubstr("dynamodb.DescribeTable on nowhere"))));
  EXPECT_FALSE(was_healthy_);
}

TEST_F(PreflightTest, AMissingQueueIsOneLine) {
  start_server();
  start_worker({settings_of("nowhere")});
  settle();
  EXPECT_EQ(status_, 2);
  EXPECT_THAT(told_, ElementsAre(Pair("worker.failed", AllOf(HasSubstr("sqs.GetQueueUrl on nowhere"),
                                                             HasSubstr("create the queue, or check its name")))));
  EXPECT_FALSE(was_healthy_);
}

// Goal: a role that may do nothing is told so in one line after three tries.
TEST_F(PreflightTest, ARoleThatMayDoNothingIsOneLine) {
  start_server();
  answer("", error_of("AccessDeniedException", 403));
  start_worker(Sender::kTable, {});
  settle();
  EXPECT_EQ(status_, 2);
  EXPECT_EQ(answered_, 3U);
  EXPECT_THAT(told_, ElementsAre(Pair("worker.failed", HasSubstr("allow sqs:GetQueueUrl on it"))));
  EXPECT_FALSE(was_healthy_);
}

// Goal: so is one that may look at everything, but not receive. Method: by demand, and with an interval that would ask
// more often.
TEST_F(PreflightTest, ARoleThatMayNotReceiveIsOneLine) {
  start_server();
  for (const runtime::Duration interval : {0ms, 10ms}) {
    SCOPED_TRACE(interval.count());
    told_.clear();
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
    EXPECT_THAT(told_, ElementsAre(Pair("worker.started", ""),
                                   Pair("worker.failed", AllOf(HasSubstr("sqs.ReceiveMessage on "),
                                                               HasSubstr("allow sqs:ReceiveMessage on it")))));
    EXPECT_FALSE(was_healthy_);
    status_.reset();
  }
}

// Goal: what may pass is waited out by the first receive, as long as it takes; a refusal after it is not the third.
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
  EXPECT_THAT(told_, ElementsAre(Pair("worker.started", ""), Pair("receive.failed", HasSubstr("InternalError"))));
  *answer_ = nullptr;
  run_while([this] { return !was_healthy_; });
  EXPECT_TRUE(was_healthy_);
  answer(".ReceiveMessage", error_of("AccessDeniedException", 403));
  simulation_.run_for(10min);
  EXPECT_EQ(status_, std::nullopt);
  EXPECT_TRUE(service_->status().ready) << service_->status().detail;
}

// Goal: a worker one of whose queues refuses it is never healthy and ends, but settles first what the other one gave.
TEST_F(PreflightTest, OneQueueThatRefusesEndsTheOthers) {
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
  EXPECT_THAT(told_, ElementsAre(Pair("worker.started", ""), Pair("worker.started", ""),
                                 Pair("worker.failed", HasSubstr("allow sqs:ReceiveMessage on it"))));
  EXPECT_FALSE(was_healthy_);
}

// Goal: a worker that cannot reach the services says once why it waits, and gives up after half a minute.
TEST_F(PreflightTest, NoServerIsToldOnceAndGivenUp) {
  const runtime::TimePoint begun = simulation_.now();
  start_worker(Sender::kTable, {});
  settle();
  EXPECT_EQ(status_, 2);
  EXPECT_GE(simulation_.now() - begun, 30s);
  const std::string advice =
      "sqs.GetQueueUrl: nothing answers on http://local:4566; start a server there, for example with `ekiden local "
      "--listen local:4566` in another terminal";
  EXPECT_THAT(told_, ElementsAre(Pair("start.waiting", advice), Pair("worker.failed", advice)));
}

// Goal: a server that comes late is found.
TEST_F(PreflightTest, AServerThatComesLateIsFound) {
  start_worker(Sender::kTable, {});
  simulation_.run_for(10s);
  EXPECT_THAT(told_, ElementsAre(Pair("start.waiting", HasSubstr("nothing answers"))));
  start_server();
  settle();
  EXPECT_EQ(told_.back().first, "worker.started") << told_.back().second;
}

}  // namespace
}  // namespace ekiden::worker::test
