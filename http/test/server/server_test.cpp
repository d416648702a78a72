#include <ekiden/http/server.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loopback.hpp"

namespace ekiden::http {
namespace {

using namespace std::chrono_literals;
using test::Loopback;
using test::RawClient;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Task<HttpResponse> echo(HttpRequest request) {
  co_return HttpResponse{200, {{"X-Target", request.url}}, request.method + ":" + request.body};
}

Task<> talk(Loopback& loopback, std::string request, std::string& answer) {
  RawClient client(loopback);
  co_await client.connect();
  co_await client.write(request);
  answer = co_await client.read_to_end();
}

std::string exchange(const std::string& request, ServerOptions options = {}) {
  Loopback loopback(echo, std::move(options));
  std::string answer;
  loopback.run(talk(loopback, request, answer));
  return answer;
}

// Goal: pipelined requests are answered in order on one connection, until the client asks to close it.
TEST(ServerTest, AnswersPipelinedRequestsInOrder) {
  const std::string answer = exchange(
      "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\none"
      "GET /b HTTP/1.1\r\nHost: h\r\n\r\n"
      "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: "
      "close\r\n\r\n2\r\nth\r\n3\r\nree\r\n0\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\nX-Target: /a\r\n"));
  const std::size_t second = answer.find("POST:oneHTTP/1.1 200 OK");
  const std::size_t third = answer.find("GET:HTTP/1.1 200 OK");
  ASSERT_NE(second, std::string::npos) << answer;
  ASSERT_NE(third, std::string::npos) << answer;
  EXPECT_LT(second, third);
  EXPECT_THAT(answer, testing::EndsWith("Connection: close\r\nContent-Length: 10\r\n\r\nPOST:three"));
}

// Goal: HEAD gets the length without the body; a proxy's absolute URL reaches the handler in origin form.
TEST(ServerTest, AnswersHeadWithoutBodyAndTakesTheAbsoluteForm) {
  const std::string answer = exchange("HEAD http://other:81/x?y=1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("X-Target: /x?y=1\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nDate: "));
  EXPECT_THAT(answer, testing::EndsWith("Content-Length: 5\r\n\r\n"));
}

// Goal: a malformed or too large request is answered with its status, and the connection is closed.
TEST(ServerTest, RefusesWhatItCannotTake) {
  ServerOptions options;
  options.body_max = 10;
  options.header_max = 200;
  const std::string host = " HTTP/1.1\r\nHost: h\r\n";
  EXPECT_THAT(exchange("nonsense\r\n\r\n", options), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\n\r\n", options), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(exchange("GET / HTTP/2.0\r\n\r\n", options), StartsWith("HTTP/1.1 505 "));
  EXPECT_THAT(exchange("GET /" + host + "X: " + std::string(300, 'x') + "\r\n\r\n", options),
              StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(exchange("POST /" + host + "Content-Length: 11\r\n\r\n01234567890", options),
              StartsWith("HTTP/1.1 413 "));
  const std::string chunked =
      exchange("POST /" + host + "Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n", options);
  EXPECT_THAT(chunked, StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(chunked, HasSubstr("Connection: close\r\n"));
}

// Goal: a request whose host is not certain is refused: two Host headers, a Host with a user name, or a URL with one.
TEST(ServerTest, RefusesAnUncertainHost) {
  for (const char* host :
       {"Host: a\r\nHost: b", "Host: a\r\nHost: a", "Host: localhost@evil.example", "Host: a/b", "Host: a b",
        "Host: a:x", "Host: a:70000", "Host: [::1", "Host: []", "Host: [::1]x", "Host: a:1:2", "Host: \xc3\xa9"}) {
    EXPECT_THAT(exchange("GET / HTTP/1.1\r\n" + std::string(host) + "\r\n\r\n"), StartsWith("HTTP/1.1 400 ")) << host;
  }
  for (const char* target : {"http://user@h/", "http://", "ftp://h/", "h:80", "x"}) {
    EXPECT_THAT(exchange("GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n"), StartsWith("HTTP/1.1 400 "))
        << target;
  }
  const std::string good = " HTTP/1.1\r\nConnection: close\r\nHost: ";
  for (const char* host : {"a", "a:1", "a:", "127.0.0.1:9", "[::1]:9", "A_b.c-d."}) {
    EXPECT_THAT(exchange("GET /" + good + host + "\r\n\r\n"), StartsWith("HTTP/1.1 200 ")) << host;
  }
  EXPECT_THAT(exchange("GET / HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
}

// Goal: a client that sends much more than the limit can still read the answer (no reset before it).
TEST(ServerTest, LetsTheClientReadItsRefusal) {
  ServerOptions options;
  options.body_max = 10;
  const std::string answer =
      exchange("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n" + std::string(3'000'000, 'x'), options);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 "));
}

Task<> expect_continue(Loopback& loopback, std::string& first, std::string& second) {
  RawClient client(loopback);
  co_await client.connect();
  co_await client.write("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  first = co_await client.read_until("\r\n\r\n");
  co_await client.write("ok");
  second = co_await client.read_until("POST:ok");
}

// Goal: a client that sends Expect: 100-continue gets the interim answer that it waits for.
TEST(ServerTest, TellsAWaitingClientToContinue) {
  Loopback loopback(echo);
  std::string first;
  std::string second;
  loopback.run(expect_continue(loopback, first, second));
  EXPECT_EQ(first, "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_THAT(second, StartsWith("HTTP/1.1 200 OK"));
}

// Goal: a client that stops in the middle of a request gets 408; a connection without a request is closed silently.
TEST(ServerTest, EndsSlowAndIdleConnections) {
  ServerOptions options;
  options.request_timeout = 20ms;
  options.idle_timeout = 30ms;
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nx", options),
              StartsWith("HTTP/1.1 408 "));
  EXPECT_EQ(exchange("", options), "");
  const std::string kept = exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n", options);
  EXPECT_THAT(kept, testing::EndsWith("GET:"));
  EXPECT_THAT(kept, Not(HasSubstr("408")));
}

Task<HttpResponse> answer_much(HttpRequest) { co_return HttpResponse{200, {}, std::string(32'000'000, 'x')}; }

Task<> ask_without_reading(Loopback& loopback, std::string& answer) {
  RawClient client(loopback);
  co_await client.connect();
  co_await client.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  do {
    co_await loopback.clock.sleep_for(1ms);
  } while (loopback.server.connections() > 0);
  answer = co_await client.read_to_end();
}

// Goal: if a client does not read its answer, its connection is closed and the memory is released.
TEST(ServerTest, EndsAConnectionWhoseClientDoesNotRead) {
  ServerOptions options;
  options.request_timeout = 20ms;
  Loopback loopback(answer_much, options);
  std::string answer;
  loopback.run(ask_without_reading(loopback, answer));
  EXPECT_THAT(answer.substr(0, 20), StartsWith("HTTP/1.1 200 OK"));
  EXPECT_LT(answer.size(), 32'000'000U);
}

struct Poll {
  runtime::Condition started;
  bool running = false;
  bool cancelled = false;
  Loopback* loopback = nullptr;

  Task<HttpResponse> operator()(HttpRequest) {
    struct Noted {
      Poll& poll;
      ~Noted() {
        poll.running = false;
        poll.started.notify_all();
      }
    };
    running = true;
    started.notify_all();
    const Noted noted{*this};
    try {
      co_await loopback->clock.sleep_for(20s);
    } catch (const boost::system::system_error&) {
      cancelled = true;
      throw;
    }
    co_return HttpResponse{};
  }
};

Task<> start_and_leave(Loopback& loopback, Poll& poll) {
  RawClient client(loopback);
  co_await client.connect();
  co_await client.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  while (!poll.running) {
    co_await poll.started.wait();
  }
  client.close();
  while (poll.running) {
    co_await poll.started.wait();
  }
}

// Goal: when the client of a long poll is gone, its handler is cancelled, so no message is assigned to it.
TEST(ServerTest, CancelsTheHandlerOfAClientThatLeft) {
  Poll poll;
  Loopback loopback([&poll](HttpRequest request) { return poll(std::move(request)); });
  poll.loopback = &loopback;
  loopback.run(start_and_leave(loopback, poll));
  EXPECT_TRUE(poll.cancelled);
}

Task<> start_and_stop(Loopback& loopback, Poll& poll, std::string& answer) {
  RawClient idle(loopback);
  co_await idle.connect();
  RawClient client(loopback);
  co_await client.connect();
  co_await client.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  while (!poll.running) {
    co_await poll.started.wait();
  }
  loopback.server.request_stop(30ms);
  answer = co_await client.read_to_end();
}

// Goal: stopping closes idle connections at once, and cancels a handler that exceeds the grace period.
TEST(ServerTest, StopCancelsWhatOutlastsTheGrace) {
  Poll poll;
  Loopback loopback([&poll](HttpRequest request) { return poll(std::move(request)); });
  poll.loopback = &loopback;
  std::string answer = "none";
  loopback.run(start_and_stop(loopback, poll, answer));
  EXPECT_TRUE(poll.cancelled);
  EXPECT_EQ(answer, "");
  EXPECT_EQ(loopback.server.connections(), 0U);
}

Task<HttpResponse> misbehave(HttpRequest request) {
  if (request.url == "/drop") {
    throw DropConnection{};
  }
  if (request.url == "/split") {
    HttpResponse response;
    response.headers.add("X", "a\r\nInjected: b");
    co_return response;
  }
  throw std::runtime_error("secret");
}

Task<> provoke(Loopback& loopback, std::string& failed, std::string& split, std::string& dropped) {
  RawClient client(loopback);
  co_await client.connect();
  co_await client.write("GET /fail HTTP/1.1\r\nHost: h\r\n\r\n");
  failed = co_await client.read_until("internal error\n");
  co_await client.write("GET /split HTTP/1.1\r\nHost: h\r\n\r\n");
  split = co_await client.read_until("\r\n\r\n");
  co_await client.write("GET /drop HTTP/1.1\r\nHost: h\r\n\r\n");
  dropped = co_await client.read_to_end();
}

// Goal: an exception of a handler gives a 500 without its text; DropConnection sends no answer; a header value cannot
// add a header.
TEST(ServerTest, SurvivesItsHandler) {
  Loopback loopback(misbehave);
  std::string failed;
  std::string split;
  std::string dropped;
  loopback.run(provoke(loopback, failed, split, dropped));
  EXPECT_THAT(failed, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(failed, Not(HasSubstr("secret")));
  EXPECT_THAT(split, HasSubstr("X: a  Injected: b\r\n"));
  EXPECT_EQ(dropped, "");
}

std::string listen_failure(const std::string& address) {
  ServerOptions options;
  options.listen = address;
  try {
    const Loopback loopback(echo, options);
    return "listened";
  } catch (const ListenError& error) {
    EXPECT_EQ(error.address(), address);
    return error.what();
  }
}

// Goal: if the server cannot listen on an address, the error has the address and the reason in one line.
TEST(ServerTest, SaysWhyItCannotListen) {
  const Loopback loopback(echo);
  const std::string taken = "127.0.0.1:" + std::to_string(loopback.server.port());
  EXPECT_EQ(loopback.server.url(), "http://" + taken);
  EXPECT_EQ(listen_failure(taken), "cannot listen on " + taken + ": the port is in use by another program");
  for (const char* malformed :
       {"9000", ":9000", "::1:9000", "127.0.0.1:", "127.0.0.1:70000", "127.0.0.1:9000x", "nohost:1"}) {
    EXPECT_THAT(listen_failure(malformed), HasSubstr("not of the form ADDRESS:PORT")) << malformed;
  }
  EXPECT_THAT(listen_failure("192.0.2.1:9000"), StartsWith("cannot listen on 192.0.2.1:9000: "));
}

}  // namespace
}  // namespace ekiden::http
