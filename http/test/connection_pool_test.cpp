#include <ekiden/http/curl_transport.hpp>
#include <ekiden/runtime/simulated/clock.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

#include "peer.hpp"

namespace ekiden::http {
namespace {

using namespace std::chrono_literals;
using runtime::TaskGroup;
using test::Loopback;
using test::Peer;
using test::tcp;
using testing::HasSubstr;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
constexpr const char* kClose = "";

Task<HttpResponse> unused(HttpRequest) { co_return HttpResponse{}; }

class ConnectionPoolTest : public testing::Test {
 protected:
  /// Runs `task` while the peer plays `connections`. All of them must be used.
  void play(std::vector<Peer::Answers> connections, Task<> task) {
    loopback.run(play_both(*this, std::move(connections), std::move(task)));
  }
  static Task<> play_both(ConnectionPoolTest& test, std::vector<Peer::Answers> connections, Task<> task) {
    TaskGroup tasks(test.loopback.context.get_executor());
    tasks.spawn(test.peer.serve(std::move(connections)));
    co_await std::move(task);
    test.transport.reset();  // Closes the kept connections, so that the peer sees their end.
    co_await tasks.join();
  }
  static Task<> get(ConnectionPoolTest& test, int times) {
    for (int i = 0; i < times; ++i) {
      try {
        const HttpResponse response = co_await test.transport->send(test.peer.get());
        test.outcomes.push_back(response.body);
      } catch (const TransportError& error) {
        test.outcomes.push_back(error.kind() == TransportError::Kind::kReset ? "reset" : error.what());
      }
    }
  }

  Loopback loopback{unused};
  Peer peer{loopback};
  std::optional<CurlTransport> transport{std::in_place, loopback.context.get_executor(), loopback.clock};
  std::vector<std::string> outcomes;
};

using testing::ElementsAre;

// Goal: a server that closes a kept connection just as a request arrives causes no error (the usual race of
// keep-alive).
TEST_F(ConnectionPoolTest, RepeatsOnANewConnectionWhatAKeptOneDidNotAnswer) {
  play({{kOk, kClose}, {kOk, kOk}}, get(*this, 3));
  EXPECT_THAT(outcomes, ElementsAre("ok", "ok", "ok"));
  EXPECT_EQ(peer.connections, 2);
  EXPECT_EQ(peer.heads.at(1), peer.heads.at(2));
}

// Goal: a request is repeated only once; the failure of a new connection is reported.
TEST_F(ConnectionPoolTest, RepeatsOnce) {
  play({{kOk, kClose}, {kClose}, {kClose}}, get(*this, 3));
  EXPECT_THAT(outcomes, ElementsAre("ok", "reset", "reset"));
  EXPECT_EQ(peer.connections, 3);
}

// Goal: a request is not sent again after half an answer, because the server has executed it.
TEST_F(ConnectionPoolTest, DoesNotRepeatWhatWasHalfAnswered) {
  play({{kOk, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"}, {kOk}}, get(*this, 3));
  EXPECT_THAT(outcomes, ElementsAre("ok", "reset", "ok"));
  EXPECT_EQ(peer.connections, 2);
}

// Goal: a connection is not reused if the peer announced its end or sent too much.
TEST_F(ConnectionPoolTest, DoesNotReuseWhatIsNotClean) {
  play({{"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na", kOk},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb" + kOk, kOk},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nc\r\n0\r\n\r\n", kOk}},
       get(*this, 4));
  EXPECT_THAT(outcomes, ElementsAre("a", "b", "c", "ok"));
  EXPECT_EQ(peer.connections, 3);
}

Task<> get_and_age(Loopback& loopback, CurlTransport& transport, runtime::VirtualTime& time,
                   runtime::SimulatedClock& clock, Peer& peer) {
  co_await transport.send(peer.get());
  time.now += 117s;
  clock.fire();
  co_await transport.send(peer.get());
  time.now += 117s;
  clock.fire();
  EXPECT_EQ(peer.heads.size(), 2U);
  time.now += 1s;
  clock.fire();
  while (peer.heads.size() == 2) {
    co_await loopback.clock.sleep_for(1ms);
  }
}

// Goal: an idle connection is closed some time after its last use. Method: two minutes of virtual time.
TEST_F(ConnectionPoolTest, ClosesWhatIsIdleForTwoMinutes) {
  runtime::VirtualTime time;
  runtime::SimulatedClock clock(time);
  CurlTransport aged(loopback.context.get_executor(), clock);
  play({{kOk, kOk, kOk}}, get_and_age(loopback, aged, time, clock, peer));
  EXPECT_EQ(peer.connections, 1);
  EXPECT_EQ(peer.heads.at(2), "");
}

Task<> send(CurlTransport& transport, HttpRequest request) { co_await transport.send(std::move(request)); }

/// Cancels a request, then checks whether its connection was closed.
Task<> cut_off(Loopback& loopback, CurlTransport& transport, Peer& peer, HttpRequest request, std::string part) {
  TaskGroup tasks(loopback.context.get_executor());
  const TaskGroup::Handle handle = tasks.spawn(send(transport, std::move(request)));
  tcp::socket socket = co_await peer.accept();
  if (!part.empty()) {
    co_await test::read_head(socket);
    co_await test::write_text(socket, part);
  }
  co_await loopback.clock.sleep_for(10ms);
  EXPECT_EQ(transport.in_flight(), 1U);
  handle.cancel();
  co_await tasks.join();
  EXPECT_EQ(transport.in_flight(), 0U);
  co_await test::read_to_end(socket);
}

Task<> cut_off_each(Loopback& loopback, CurlTransport& transport, Peer& peer) {
  // While the TLS handshake waits for an answer.
  co_await cut_off(loopback, transport, peer, HttpRequest{"GET", peer.origin("https"), {}, ""}, "");
  // While the request is larger than the socket's buffer.
  co_await cut_off(loopback, transport, peer, HttpRequest{"POST", peer.origin(), {}, std::string(20 << 20, 'x')}, "");
  // While the rest of the answer is missing.
  co_await cut_off(loopback, transport, peer, peer.get(), "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
}

// Goal: a request can be cancelled at any time; its connection is then closed.
TEST_F(ConnectionPoolTest, CancelsWhileConnectingSendingAndReading) {
  loopback.run(cut_off_each(loopback, *transport, peer));
  EXPECT_EQ(peer.connections, 3);
}

Task<> answer_early(Peer& peer) {
  tcp::socket socket = co_await peer.accept();
  co_await test::read_head(socket);
  co_await test::write_text(socket, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
  co_await test::read_to_end(socket);
}

Task<> send_too_much(Loopback& loopback, CurlTransport& transport, Peer& peer, int& status) {
  TaskGroup tasks(loopback.context.get_executor());
  tasks.spawn(answer_early(peer));
  HttpRequest request{"POST", peer.origin(), {}, std::string(4 << 20, 'x')};
  const HttpResponse response = co_await transport.send(std::move(request));
  status = response.status;
  co_await tasks.join();
}

// Goal: an answer that arrives before the whole request was sent is returned, and the connection is closed.
TEST_F(ConnectionPoolTest, TakesAnEarlyAnswer) {
  int status = 0;
  loopback.run(send_too_much(loopback, *transport, peer, status));
  EXPECT_EQ(status, 413);
}

Task<> wait_for_tls(Loopback& loopback, Peer& peer, std::string& what) {
  CurlOptions options;
  options.connect_timeout = 30ms;
  CurlTransport transport(loopback.context.get_executor(), loopback.clock, options);
  TaskGroup tasks(loopback.context.get_executor());
  tasks.spawn(peer.serve({{kOk}}));
  try {
    co_await transport.send(HttpRequest{"GET", peer.origin("https"), {}, ""});
  } catch (const TransportError& error) {
    what = error.kind() == TransportError::Kind::kConnect ? error.what() : "not kConnect";
  }
  co_await tasks.join();
}

// Goal: the time to connect, including TLS, is limited.
TEST_F(ConnectionPoolTest, BoundsTheTimeToConnect) {
  std::string what;
  loopback.run(wait_for_tls(loopback, peer, what));
  EXPECT_THAT(what, HasSubstr("no connection within 30ms;"));
}

Task<> get_by_proxy(CurlTransport& transport, std::vector<std::string>& outcomes) {
  for (const char* url : {"http://ekiden.invalid/x", "http://other.invalid/", "http://a^b/"}) {
    try {
      const HttpResponse response = co_await transport.send(HttpRequest{"GET", url, {}, ""});
      outcomes.push_back(response.body);
    } catch (const TransportError& error) {
      outcomes.push_back((error.kind() == TransportError::Kind::kConnect ? "unsent: " : "protocol: ") +
                         std::string(error.what()));
    }
  }
}

// Goal: the client asks the proxy of the environment for a tunnel, and speaks to the host itself inside the tunnel.
TEST_F(ConnectionPoolTest, TunnelsThroughAProxy) {
  ASSERT_EQ(setenv("http_proxy", peer.origin().c_str(), 1), 0);
  play({{"HTTP/1.1 200 Connected\r\n\r\n", kOk}, {"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"}},
       get_by_proxy(*transport, outcomes));
  unsetenv("http_proxy");
  EXPECT_THAT(outcomes, ElementsAre("ok", testing::AllOf(HasSubstr("unsent: "), HasSubstr("403")),
                                    testing::StartsWith("protocol: ")));
  EXPECT_THAT(peer.heads.at(0), testing::StartsWith("CONNECT ekiden.invalid:80 HTTP/1.1\r\n"));
  EXPECT_EQ(peer.heads.at(1), "GET /x HTTP/1.1\r\nHost: ekiden.invalid\r\n\r\n");
}

Task<> two_hosts(CurlTransport& transport, Peer& a, Peer& b) {
  co_await transport.send(a.get());
  co_await transport.send(b.get());
  co_await transport.send(b.get());
}

Task<> serve_two(Loopback& loopback, std::optional<CurlTransport>& transport, Peer& a, Peer& b) {
  TaskGroup tasks(loopback.context.get_executor());
  tasks.spawn(a.serve({{kOk, kOk}}));
  tasks.spawn(b.serve({{kOk, kOk}}));
  co_await two_hosts(*transport, a, b);
  EXPECT_EQ(a.heads.size(), 2U);  // The peer saw its end before the transport's end.
  transport.reset();
  co_await tasks.join();
}

// Goal: at the limit of connections, an idle connection to one host is closed for a request to another.
TEST_F(ConnectionPoolTest, ClosesAnIdleConnectionForAnotherHost) {
  Peer other(loopback);
  CurlOptions options;
  options.connections_max = 1;
  std::optional<CurlTransport> small(std::in_place, loopback.context.get_executor(), loopback.clock, options);
  loopback.run(serve_two(loopback, small, peer, other));
  EXPECT_EQ(peer.connections + other.connections, 2);
}

}  // namespace
}  // namespace ekiden::http
