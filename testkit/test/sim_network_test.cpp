#include <ekiden/runtime/deadline.hpp>
#include <ekiden/testkit/simulation.hpp>

#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <string>

namespace ekiden::testkit {
namespace {

using namespace std::chrono_literals;
using http::HttpRequest;
using http::HttpResponse;
using Kind = http::TransportError::Kind;

constexpr const char* kUrl = "http://server:80/path?x=1";

HttpRequest request_of(std::string body) {
  HttpRequest request;
  request.url = kUrl;
  request.body = std::move(body);
  return request;
}

// How one request ended: a status or a kind of error; neither while it waits.
struct Ending {
  std::optional<HttpResponse> response;
  std::optional<Kind> error;
  bool aborted = false;
};

Task<> ask(Process& client, std::string body, Ending& ending) {
  HttpRequest request = request_of(std::move(body));
  try {
    ending.response = co_await client.transport().send(std::move(request));
  } catch (const http::TransportError& error) {
    ending.error = error.kind();
  } catch (const boost::system::system_error& error) {
    ending.aborted = error.code() == boost::asio::error::operation_aborted;
    throw;
  }
}

class SimNetworkTest : public testing::Test {
 protected:
  // What the server received and did.
  struct Server {
    int begun = 0;
    int finished = 0;
    int cancelled = 0;
    HttpRequest last{};
    runtime::Duration work = 10ms;
  };

  static Task<HttpResponse> echo(Process& process, Server& seen, HttpRequest request) {
    ++seen.begun;
    seen.last = request;
    try {
      co_await process.clock().sleep_for(seen.work);
    } catch (const boost::system::system_error&) {
      ++seen.cancelled;
      throw;
    }
    if (request.body == "drop") {
      throw http::DropConnection{};
    }
    if (request.body == "throw") {
      throw std::runtime_error("inside");
    }
    ++seen.finished;
    HttpResponse response;
    response.body = request.body;
    co_return response;
  }

  void serve() {
    server.listen("server", [this](HttpRequest request) { return echo(server, seen, std::move(request)); });
  }
  const Ending& send(std::string body, runtime::Duration time = 1h) {
    Ending& ending = endings.emplace_back();
    simulation.start(client, ask(client, std::move(body), ending));
    simulation.run_for(time);
    return ending;
  }

  std::deque<Ending>
      endings;  // Declared before the simulation: requests that are in progress at its end still write here.
  Server seen;
  Simulation simulation{5};
  Process& client = simulation.process("client");
  Process& server = simulation.process("server");
};

// Goal: the answer arrives after two latencies and the handler's time; the server sees the origin form and the host.
TEST_F(SimNetworkTest, CarriesRequestAndAnswer) {
  serve();
  const Ending& ending = send("hello");
  ASSERT_TRUE(ending.response.has_value());
  EXPECT_EQ(ending.response->body, "hello");
  EXPECT_EQ(seen.last.url, "/path?x=1");
  EXPECT_EQ(seen.last.headers.find("Host"), "server");
  EXPECT_EQ(simulation.network().calls("/path"), 1U);
}

// Goal: if no process listens, the error is kConnect and no handler runs.
TEST_F(SimNetworkTest, RefusesWhenNobodyListens) {
  EXPECT_EQ(send("hello").error, Kind::kConnect);
  serve();
  simulation.crash(server);
  EXPECT_EQ(send("hello").error, Kind::kConnect);
  EXPECT_EQ(seen.begun, 0);
}

// Goal: an exception of a handler has the same result as with http::Server: a reset or status 500.
TEST_F(SimNetworkTest, DropsAndFailsAsTheRealServerDoes) {
  serve();
  EXPECT_EQ(send("drop").error, Kind::kReset);
  const Ending& failed = send("throw");
  ASSERT_TRUE(failed.response.has_value());
  EXPECT_EQ(failed.response->status, 500);
}

// Goal: a crash of the server resets its clients; the handler started but did not finish.
TEST_F(SimNetworkTest, ServerCrashResetsTheClient) {
  serve();
  simulation.after(5ms, [this] { simulation.crash(server); });
  EXPECT_EQ(send("hello").error, Kind::kReset);
  EXPECT_EQ(seen.begun, 1);
  EXPECT_EQ(seen.finished, 0);
}

// Goal: if a client crashes or cancels, its handler on the server is cancelled.
TEST_F(SimNetworkTest, AClientThatLeavesCancelsItsHandler) {
  seen.work = 20s;
  serve();
  simulation.after(1s, [this] { simulation.crash(client); });
  send("hello", 10s);
  EXPECT_EQ(seen.cancelled, 1);

  Ending& cut = endings.emplace_back();
  Task<> asking = ask(client, "again", cut);
  Task<bool> bounded = runtime::with_deadline(client.clock(), runtime::Duration(1s), std::move(asking));
  EXPECT_FALSE(simulation.run(client, std::move(bounded)));
  simulation.run_for(1s);
  EXPECT_TRUE(cut.aborted);
  EXPECT_EQ(seen.cancelled, 2);
  EXPECT_EQ(seen.finished, 0);
}

// Goal: if the answer is lost, the handler has run, but the client does not know.
TEST_F(SimNetworkTest, LosesAnswersAfterTheHandlerRan) {
  serve();
  simulation.network().set_conditions({.lose_answer = 1});
  const Ending& lost = send("hello", 15s);
  EXPECT_FALSE(lost.response.has_value() || lost.error.has_value());
  EXPECT_EQ(seen.finished, 1);
  simulation.network().set_conditions({.reset_answer = 1});
  EXPECT_EQ(send("hello").error, Kind::kReset);
  EXPECT_EQ(seen.finished, 2);
}

// Goal: if the request is lost, the handler does not run, and the client gets an error when the kernel gives up.
TEST_F(SimNetworkTest, LosesRequestsBeforeTheHandler) {
  serve();
  simulation.network().set_conditions({.lose_request = 1});
  EXPECT_EQ(send("hello", 16min).error, Kind::kReset);
  simulation.network().set_conditions({.reset_request = 1});
  EXPECT_EQ(send("hello").error, Kind::kReset);
  EXPECT_EQ(seen.begun, 0);
}

// Goal: a partition cuts one process off in both directions until it is healed.
TEST_F(SimNetworkTest, PartitionsAndHeals) {
  serve();
  simulation.network().set_partitioned(client, true);
  EXPECT_EQ(send("hello").error, Kind::kConnect);
  simulation.network().set_partitioned(client, false);
  EXPECT_TRUE(send("hello").response.has_value());
}

// Goal: observers see every answer when the handler returns it, even one that is lost afterwards.
TEST_F(SimNetworkTest, ObserversSeeEveryAnswer) {
  serve();
  simulation.network().set_conditions({.lose_answer = 1});
  int seen_answers = 0;
  simulation.network().observe([&](const SimNetwork::Answered& answered) {
    EXPECT_EQ(answered.request.body, "hello");
    EXPECT_EQ(&answered.server, &server);
    ++seen_answers;
  });
  send("hello", 1s);
  EXPECT_EQ(seen_answers, 1);
}

Task<> chatter(Process& self, int& answers) {
  for (;;) {
    Ending ending;
    co_await ask(self, "hello", ending);
    answers += ending.response ? 1 : 0;
    co_await self.clock().sleep_for(1ms);
  }
}

// Goal: crashes of client and server at any step leave no dangling pointers (under ASan), and requests work afterwards.
TEST(SimNetworkCrashTest, CrashesAtAnyStepAreClean) {
  for (std::uint64_t at = 1; at < 80; ++at) {
    int answers = 0;
    Simulation simulation(at);
    simulation.network().set_conditions({.reset_request = 0.2, .reset_answer = 0.2});
    Process& client = simulation.process("client");
    Process& server = simulation.process("server");
    auto work = [](HttpRequest request, Process& self) -> Task<HttpResponse> {
      co_await self.clock().sleep_for(3ms);
      HttpResponse response;
      response.body = std::move(request.body);
      co_return response;
    };
    const auto boot = [&] {
      server.listen("server", [&](HttpRequest request) { return work(std::move(request), server); });
    };
    boot();
    for (int i = 0; i < 3; ++i) {
      simulation.start(client, chatter(client, answers));
    }
    ASSERT_TRUE(simulation.run_while([&] { return simulation.steps() < at; }));
    simulation.crash(at % 2 == 0 ? client : server);
    simulation.run_for(10ms);
    boot();
    const int before = answers;
    simulation.start(client, chatter(client, answers));
    simulation.run_for(200ms);
    EXPECT_GT(answers, before);
    EXPECT_EQ(simulation.unclean_crashes(), 0U);
  }
}

}  // namespace
}  // namespace ekiden::testkit
