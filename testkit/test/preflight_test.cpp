// What a worker does before its first receive, when what it needs is missing, refused, or not there yet.
#include <ekiden/testkit/local_server.hpp>
#include <ekiden/worker/events.hpp>
#include <ekiden/worker/service.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sender.hpp"

namespace ekiden::testkit {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

// The way to the services for credentials that may not describe tables.
class WithoutDescribeTable final : public http::Transport {
 public:
  explicit WithoutDescribeTable(http::Transport& next) : next_(next) {}

  Task<http::HttpResponse> send(http::HttpRequest request) override {
    if (request.headers.find("X-Amz-Target").value_or("").ends_with(".DescribeTable")) {
      http::HttpResponse refused;
      refused.status = 400;
      refused.body = R"({"__type":"com.amazon.coral.service#AccessDeniedException","Message":"not authorized"})";
      co_return refused;
    }
    http::HttpResponse response = co_await next_.send(std::move(request));
    co_return response;
  }

 private:
  http::Transport& next_;
};

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
    simulation_.start(server_, local_server({}));
    ASSERT_TRUE(sender_.run(sender_.prepare(30), 1h, [] { return true; }));
  }

  void start_worker(const char* table, std::vector<std::string> table_key, bool may_describe = true) {
    worker::Settings settings;
    settings.queue = Sender::kQueue;
    settings.table = table;
    settings.table_key = std::move(table_key);
    http::Transport* transport = &worker_.transport();
    if (!may_describe) {
      transport = &worker_.keep(std::make_unique<WithoutDescribeTable>(*transport));
    }
    worker::Service::Seams seams{worker_.env(), *transport, local_target(), local_credentials(), "simulated"};
    std::vector<worker::Consumer> consumers;
    consumers.push_back(
        worker::Consumer{std::move(settings), worker::make_handler([](worker::Message) -> Task<> { co_return; })});
    auto& service = worker_.keep(std::make_unique<worker::Service>(std::move(seams), std::move(consumers)));
    simulation_.start(worker_, run(service, status_));
  }

  static Task<> run(worker::Service& service, std::optional<int>& status) { status = co_await service.run(); }

  // Until the worker has ended or has said that it started.
  void settle() {
    simulation_.run_while(
        [this] { return !status_ && (told_.empty() || told_.back().first != worker::events::kStarted.name); },
        simulation_.now() + 1h);
  }

  using Told = std::vector<std::pair<std::string, std::string>>;  // Name and error of each event above debug.
  Told told_;
  std::optional<int> status_;
  Simulation simulation_{1};
  Process& server_{simulation_.process("server")};
  Sender sender_{simulation_};
  Process& worker_{simulation_.process("worker")};
};

// Goal: a key that is not the table's is found at the start, not by a write that the table refuses.
TEST_F(PreflightTest, AKeyThatIsNotTheTablesEndsTheStart) {
  start_server();
  start_worker(Sender::kTable, {"news_id", "user_id"});
  settle();
  EXPECT_EQ(status_, 2);
  EXPECT_THAT(told_, ElementsAre(Pair("worker.failed",
                                      "table news-deliveries is keyed by user_id,news_id, not by "
                                      "news_id,user_id: start with --table-key user_id,news_id, or "
                                      "leave it out")));
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
  start_worker(Sender::kTable, {"user_id", "news_id"}, false);
  settle();
  EXPECT_THAT(told_, ElementsAre(Pair("worker.started", "")));
}

TEST_F(PreflightTest, WithoutKeyAndPermissionTheStartEndsWithBothRemedies) {
  start_server();
  start_worker(Sender::kTable, {}, false);
  settle();
  EXPECT_EQ(status_, 2);
  EXPECT_THAT(told_, ElementsAre(Pair("worker.failed", AllOf(HasSubstr("allow dynamodb:DescribeTable on it"),
                                                             HasSubstr(", or name its key with --table-key")))));
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
}

// Goal: a worker that cannot reach the services says once why it waits, and gives up after half a minute.
TEST_F(PreflightTest, NoServerIsToldOnceAndGivenUp) {
  const runtime::TimePoint begun = simulation_.now();
  start_worker(Sender::kTable, {});
  settle();
  EXPECT_EQ(status_, 2);
  EXPECT_GE(simulation_.now() - begun, 30s);
  const std::string advice =
      "sqs.GetQueueUrl: nothing answers on http://local:4566; start the server there, as with `ekiden local --listen "
      "local:4566` in another terminal";
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
}  // namespace ekiden::testkit
