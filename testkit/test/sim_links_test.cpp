// Links that are slow, silent or dead, and the patience of the requests on them.
#include <ekiden/http/body_gate.hpp>
#include <ekiden/http/curl_transport.hpp>
#include <ekiden/testkit/simulation.hpp>

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace ekiden::testkit {
namespace {

using namespace std::chrono_literals;
using http::HttpRequest;
using http::HttpResponse;
using Kind = http::TransportError::Kind;

constexpr std::size_t kTenMessages = 2'500'000;  // Ten messages of 250 KB.
constexpr http::Patience kReceive{.connect = {}, .first_byte = 50s, .silence = 10s};

/// Holds every body for some time.
class SlowGate final : public http::BodyGate {
 public:
  SlowGate(Process& process, runtime::Duration time) : process_(process), time_(time) {}
  bool admit(std::uint64_t length, std::function<void()> granted) override {
    length_ = length;
    opening_ = process_.clock().call_at(process_.clock().now() + time_, std::move(granted));
    return false;
  }
  std::uint64_t length() const { return length_; }

 private:
  Process& process_;
  runtime::Duration time_;
  std::uint64_t length_ = 0;
  runtime::Clock::Alarm opening_;
};

class SimLinksTest : public testing::Test {
 protected:
  // How one request ended, and when.
  struct Ending {
    std::optional<std::size_t> answered;
    std::optional<Kind> error;
    runtime::Duration took{};
    bool began = false;
  };

  static Task<> ask(Process& client, HttpRequest request, Ending& ending) {
    const runtime::TimePoint start = client.clock().now();
    try {
      const HttpResponse response = co_await client.transport().send(std::move(request));
      ending.answered = response.body.size();
      ending.began = response.began.has_value();
    } catch (const http::TransportError& error) {
      ending.error = error.kind();
    }
    ending.took = client.clock().now() - start;
  }
  Ending& start(http::Patience patience, std::string body = {}, std::shared_ptr<http::BodyGate> gate = nullptr) {
    HttpRequest request;
    request.url = "http://server/";
    request.body = std::move(body);
    request.gate = std::move(gate);
    request.patience = patience;
    Ending& ending = endings.emplace_back();
    simulation.start(client, ask(client, std::move(request), ending));
    return ending;
  }
  Ending& send(http::Patience patience, std::string body = {}, std::shared_ptr<http::BodyGate> gate = nullptr) {
    Ending& ending = start(patience, std::move(body), std::move(gate));
    simulation.run_for(1h);
    return ending;
  }
  static Task<HttpResponse> answer(Process& process, SimLinksTest& test) {
    ++test.handled;
    co_await process.clock().sleep_for(test.work);
    HttpResponse response;
    response.body.assign(test.answer_size, 'x');
    co_return response;
  }
  void SetUp() override {
    server.listen("server", [this](const HttpRequest&) { return answer(server, *this); });
  }

  std::deque<Ending> endings;  // Declared before the simulation: requests write here until its end.
  int handled = 0;
  std::size_t answer_size = 10;
  runtime::Duration work = 10ms;
  Simulation simulation{11};
  Process& client = simulation.process("client");
  Process& server = simulation.process("server");
};

// Goal: ten messages of 250 KB at 200 KB/s arrive with one request, although they take longer than each limit.
TEST_F(SimLinksTest, DoesNotCutASlowAnswer) {
  answer_size = kTenMessages;
  simulation.network().set_speed(client, 200'000);
  const Ending& ending = send(kReceive);
  EXPECT_EQ(ending.answered, kTenMessages);
  EXPECT_TRUE(ending.began);
  EXPECT_GT(ending.took, 12s);
  EXPECT_LT(ending.took, 14s);
  EXPECT_EQ(handled, 1);
}

// Goal: the same for a slow upload, and for a limit that is set for all processes.
TEST_F(SimLinksTest, DoesNotCutASlowRequest) {
  simulation.network().set_conditions({.bytes_per_second = 20'000});
  const Ending& ending = send({}, std::string(1'000'000, 'x'));
  EXPECT_EQ(ending.answered, 10U);
  EXPECT_GT(ending.took, 50s);
}

// Goal: an answer that comes too slowly ends a minute after its first byte, or at the first silence.
TEST_F(SimLinksTest, EndsAnAnswerThatTrickles) {
  answer_size = kTenMessages;
  server.listen("server", [this](const HttpRequest&) {
    simulation.network().set_speed(server, 1);
    return answer(server, *this);
  });
  const Ending& trickling = send({.connect = {}, .first_byte = 1h, .silence = 10s});
  EXPECT_EQ(trickling.error, Kind::kSilent);
  EXPECT_GE(trickling.took, http::Patience::kSlowAfter);
}

// Goal: the time at the gate does not count, and the body comes after it.
TEST_F(SimLinksTest, DoesNotCountTheTimeAtTheGate) {
  answer_size = kTenMessages;
  simulation.network().set_speed(client, 200'000);
  const auto gate = std::make_shared<SlowGate>(client, 8min);
  const Ending& ending = send(kReceive, "", gate);
  EXPECT_EQ(gate->length(), kTenMessages);
  EXPECT_EQ(ending.answered, kTenMessages);
  EXPECT_GT(ending.took, 8min + 12s);
}

// Goal: a service that says nothing is given up when the patience ends, and its handler is cancelled.
TEST_F(SimLinksTest, EndsARequestWithoutAnAnswer) {
  work = 30s;
  const Ending& ordinary = send({});
  EXPECT_EQ(ordinary.error, Kind::kSilent);
  EXPECT_GE(ordinary.took, 10s);
  EXPECT_LT(ordinary.took, 10s + 100ms);
  EXPECT_EQ(send(kReceive).answered, 10U);
}

// Goal: stalls by chance. Shorter ones than the patience are waited for, longer ones end the request.
TEST_F(SimLinksTest, StallsByChance) {
  simulation.network().set_conditions({.stall = 1, .stall_max = 9s});
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(send({}).answered, 10U);
  }
  simulation.network().set_conditions({.stall = 1, .stall_max = 60s});
  int silent = 0;
  for (int i = 0; i < 20; ++i) {
    const Ending& ending = send({});
    silent += ending.error == Kind::kSilent ? 1 : 0;
    EXPECT_TRUE(ending.error == Kind::kSilent || ending.answered == 10U);
  }
  EXPECT_GT(silent, 10);
}

// Goal: a silence that ends in time delays requests, and one that does not fails them; new connections fail, too.
TEST_F(SimLinksTest, IsSilentForATime) {
  send({});  // Leaves a connection.
  simulation.network().set_silent(server, true);
  const Ending& waits = start({});
  simulation.run_for(8s);
  EXPECT_FALSE(waits.answered || waits.error);
  simulation.network().set_silent(server, false);
  simulation.run_for(1s);
  EXPECT_EQ(waits.answered, 10U);

  simulation.network().set_silent(client, true);
  const Ending& on_kept = start({});
  const Ending& on_new = start({});
  simulation.run_for(1h);
  EXPECT_EQ(on_kept.error, Kind::kSilent);
  EXPECT_EQ(on_kept.took / 1s, 10);
  EXPECT_EQ(on_new.error, Kind::kConnect);
  simulation.network().set_silent(client, false);
  EXPECT_EQ(send({}).answered, 10U);
}

// Goal: when all connections die without a reset, one request finds out; the next one has a new connection.
TEST_F(SimLinksTest, LosesOpenConnections) {
  work = 1s;
  const Ending& first = start({});
  start({});
  start({});
  simulation.run_for(1min);
  EXPECT_EQ(first.answered, 10U);
  const Ending& used = start(kReceive);
  simulation.run_for(500ms);
  EXPECT_EQ(handled, 4);
  simulation.network().lose_connections(server);
  const Ending& dead = start({});
  simulation.run_for(1min);
  EXPECT_EQ(used.error, Kind::kReset);  // The kernel is less patient than a long poll.
  EXPECT_EQ(used.took / 1s, 21);
  EXPECT_EQ(dead.error, Kind::kSilent);
  EXPECT_EQ(send({}).answered, 10U);
  EXPECT_EQ(handled, 5);
}

// Goal: the server's crash in the middle of a slow answer is a reset; a client's leaves nothing behind.
TEST_F(SimLinksTest, ACrashCutsASlowAnswer) {
  answer_size = kTenMessages;
  simulation.network().set_speed(client, 200'000);
  const Ending& cut = start(kReceive);
  simulation.run_for(5s);
  simulation.crash(server);
  simulation.run_for(1s);
  EXPECT_EQ(cut.error, Kind::kReset);
  SetUp();
  start(kReceive);
  simulation.run_for(5s);
  simulation.crash(client);
  simulation.run_for(1h);
  EXPECT_EQ(simulation.unclean_crashes(), 0U);
}

}  // namespace
}  // namespace ekiden::testkit
