#include <ekiden/http/curl_transport.hpp>

#include <boost/asio/ip/address.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "loopback.hpp"

namespace ekiden::http {
namespace {

using namespace std::chrono_literals;
using runtime::TaskGroup;
using test::Loopback;
using testing::HasSubstr;

Task<HttpResponse> echo(HttpRequest request) {
  HttpResponse response{200, {}, request.method + " " + request.url + " " + request.body};
  for (const auto& [name, value] : request.headers) {
    response.headers.add("X-Got-" + name, value);
  }
  co_return response;
}

HttpRequest post(const Loopback& loopback, std::string path, std::string body) {
  return HttpRequest{"POST", loopback.server.url() + path, {{"X-Amz-Target", "T"}, {"X-Empty", ""}}, std::move(body)};
}

Task<> keep(CurlTransport& transport, HttpRequest request, std::vector<HttpResponse>& responses) {
  HttpResponse response = co_await transport.send(std::move(request));
  responses.push_back(std::move(response));
}

/// Runs all `tasks` inside one task.
Task<> join(TaskGroup& tasks) { co_await tasks.join(); }

Task<> several_methods(Loopback& loopback, CurlTransport& transport, std::vector<HttpResponse>& responses,
                       std::size_t& connections) {
  for (const char* method : {"POST", "GET", "PUT", "DELETE", "HEAD", "POST"}) {
    HttpRequest request = post(loopback, "/a/../b?q=%2F", "");
    request.method = method;
    if (request.method == "POST" || request.method == "PUT") {
      request.body = "body";
    }
    co_await keep(transport, std::move(request), responses);
  }
  connections = loopback.server.connections();
}

// Goal: method, path, headers and body arrive unchanged; curl adds nothing; one connection serves all requests.
TEST(CurlTransportTest, SendsWhatItIsGivenOverOneConnection) {
  Loopback loopback(echo);
  CurlTransport transport(loopback.context.get_executor(), loopback.clock);
  std::vector<HttpResponse> responses;
  std::size_t connections = 0;
  loopback.run(several_methods(loopback, transport, responses, connections));
  ASSERT_EQ(responses.size(), 6U);
  EXPECT_EQ(responses[0].body, "POST /a/../b?q=%2F body");
  EXPECT_EQ(responses[1].body, "GET /a/../b?q=%2F ");
  EXPECT_EQ(responses[2].body, "PUT /a/../b?q=%2F body");
  EXPECT_EQ(responses[3].body, "DELETE /a/../b?q=%2F ");
  EXPECT_EQ(responses[4].body, "");
  EXPECT_EQ(responses[5].body, "POST /a/../b?q=%2F body");
  EXPECT_EQ(connections, 1U);
  std::string names;
  for (const auto& [name, value] : responses[0].headers) {
    names += name.starts_with("X-Got-") ? name.substr(6) + "=" + value + ";" : "";
  }
  EXPECT_EQ(names,
            "Host=127.0.0.1:" + std::to_string(loopback.server.port()) + ";X-Amz-Target=T;X-Empty=;Content-Length=4;");
}

// Goal: a thousand concurrent requests over a limited number of connections each get their own answer.
TEST(CurlTransportTest, SendsAThousandRequestsAtOnce) {
  Loopback loopback(echo);
  CurlOptions options;
  options.connections_per_host_max = 16;
  CurlTransport transport(loopback.context.get_executor(), loopback.clock, options);
  std::vector<HttpResponse> responses;
  TaskGroup tasks(loopback.context.get_executor());
  for (int i = 0; i < 1000; ++i) {
    tasks.spawn(keep(transport, post(loopback, "/", std::to_string(i)), responses));
  }
  loopback.run(join(tasks));
  std::set<std::string> bodies;
  for (const HttpResponse& response : responses) {
    bodies.insert(response.body);
  }
  EXPECT_EQ(bodies.size(), 1000U);
  EXPECT_LE(loopback.server.connections(), 16U);
  EXPECT_EQ(transport.in_flight(), 0U);
}

// Goal: a body of 1 MB arrives unchanged in both directions.
TEST(CurlTransportTest, CarriesLargeBodies) {
  Loopback loopback(echo);
  CurlTransport transport(loopback.context.get_executor(), loopback.clock);
  std::vector<HttpResponse> responses;
  const std::string body(1'500'000, 'x');
  loopback.run(keep(transport, post(loopback, "/", body), responses));
  ASSERT_EQ(responses.size(), 1U);
  EXPECT_TRUE(responses[0].body == "POST / " + body);
}

struct Stall {
  Loopback* loopback = nullptr;
  runtime::Condition changed;
  int running = 0;

  Task<HttpResponse> operator()(HttpRequest) {
    struct Noted {
      Stall& stall;
      ~Noted() {
        --stall.running;
        stall.changed.notify_all();
      }
    };
    ++running;
    changed.notify_all();
    const Noted noted{*this};
    co_await loopback->clock.sleep_for(20s);
    co_return HttpResponse{};
  }
  Task<> until(int wanted) {
    while (running != wanted) {
      co_await changed.wait();
    }
  }
};

Task<> cancel_one(Loopback& loopback, CurlTransport& transport, Stall& stall, std::size_t& in_flight) {
  const bool in_time = co_await runtime::with_deadline(
      loopback.clock, 20ms,
      [](Loopback& to, CurlTransport& over) -> Task<> { co_await over.send(post(to, "/", "x")); }(loopback, transport));
  EXPECT_FALSE(in_time);
  in_flight = transport.in_flight();
  co_await stall.until(0);
}

// Goal: cancelling a request closes its connection, so that the server sees it, too.
TEST(CurlTransportTest, AbandonsACancelledRequest) {
  Stall stall;
  Loopback loopback([&stall](HttpRequest request) { return stall(std::move(request)); });
  stall.loopback = &loopback;
  CurlTransport transport(loopback.context.get_executor(), loopback.clock);
  std::size_t in_flight = 1;
  loopback.run(cancel_one(loopback, transport, stall, in_flight));
  EXPECT_EQ(in_flight, 0U);
}

Task<> destroy_transport(Stall& stall, std::unique_ptr<CurlTransport>& transport, TaskGroup& tasks) {
  co_await stall.until(1);
  transport.reset();
  co_await tasks.join();
}

// Goal: destroying a transport ends each of its requests with operation_aborted.
TEST(CurlTransportTest, EndsItsRequestsWhenDestroyed) {
  Stall stall;
  Loopback loopback([&stall](HttpRequest request) { return stall(std::move(request)); });
  stall.loopback = &loopback;
  auto transport = std::make_unique<CurlTransport>(loopback.context.get_executor(), loopback.clock);
  std::vector<HttpResponse> responses;
  TaskGroup tasks(loopback.context.get_executor());
  tasks.spawn(keep(*transport, post(loopback, "/", ""), responses));
  try {
    loopback.run(destroy_transport(stall, transport, tasks));
    FAIL() << "the request ended normally";
  } catch (const boost::system::system_error& error) {
    EXPECT_EQ(error.code(), boost::asio::error::operation_aborted);
  }
}

std::optional<TransportError> failure(Loopback& loopback, HttpRequest request, CurlOptions options = {}) {
  CurlTransport transport(loopback.context.get_executor(), loopback.clock, std::move(options));
  std::vector<HttpResponse> responses;
  try {
    loopback.run(keep(transport, std::move(request), responses));
  } catch (const TransportError& error) {
    return error;
  }
  return std::nullopt;
}

/// A port that was free a moment ago.
std::uint16_t unused_port() {
  boost::asio::io_context context;
  const test::tcp::acceptor acceptor(context, {boost::asio::ip::address_v4::loopback(), 0});
  return acceptor.local_endpoint().port();
}

// Goal: if nothing listens on a port, the error names it and says that the request was not sent.
TEST(CurlTransportTest, TellsARefusedConnection) {
  Loopback loopback(echo);
  const std::string peer = "127.0.0.1:" + std::to_string(unused_port());
  const auto error = failure(loopback, HttpRequest{"POST", "http://" + peer + "/?secret", {}, ""});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), TransportError::Kind::kConnect);
  EXPECT_STREQ(error->what(), ("cannot connect to " + peer +
                               ": Connection refused; check that the server runs and is reachable from here")
                                  .c_str());
}

// Goal: an unknown host is looked up outside the loop, and the error names it.
TEST(CurlTransportTest, TellsAnUnknownHost) {
  Loopback loopback(echo);
  const auto error = failure(loopback, HttpRequest{"GET", "http://no-such-host.invalid:81/", {}, ""});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), TransportError::Kind::kConnect);
  EXPECT_THAT(error->what(), HasSubstr("no-such-host.invalid:81"));
}

Task<HttpResponse> drop(HttpRequest) {
  throw DropConnection{};
  co_return HttpResponse{};
}

// Goal: if a connection ends before the answer, the error is kReset; the server might have seen the request.
TEST(CurlTransportTest, TellsAConnectionThatEndedEarly) {
  Loopback loopback(drop);
  const auto error = failure(loopback, post(loopback, "/", "x"));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), TransportError::Kind::kReset);
  EXPECT_THAT(error->what(), HasSubstr("closed the connection before its answer was complete"));
}

/// Serves one connection with `text`, whatever the request is.
Task<> serve_text(test::tcp::acceptor& acceptor, std::string text) {
  test::tcp::socket socket = co_await acceptor.async_accept(boost::asio::use_awaitable);
  char bytes[1024];
  co_await socket.async_read_some(boost::asio::buffer(bytes), boost::asio::use_awaitable);
  co_await boost::asio::async_write(socket, boost::asio::buffer(text), boost::asio::use_awaitable);
}

TransportError::Kind kind_of_answer(const std::string& text) {
  Loopback loopback(echo);
  test::tcp::acceptor acceptor(loopback.context, {boost::asio::ip::address_v4::loopback(), 0});
  TaskGroup tasks(loopback.context.get_executor());
  tasks.spawn(serve_text(acceptor, text));
  const std::string url = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
  CurlOptions options;
  options.response_max = 100;
  const auto error = failure(loopback, HttpRequest{"GET", url, {}, ""}, options);
  return error ? error->kind() : throw std::logic_error("answered: " + text);
}

// Goal: half an answer is kReset; an answer that is too large or not HTTP is kProtocol.
TEST(CurlTransportTest, TellsBrokenAnswers) {
  EXPECT_EQ(kind_of_answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), TransportError::Kind::kReset);
  EXPECT_EQ(kind_of_answer("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'x')),
            TransportError::Kind::kProtocol);
  EXPECT_EQ(kind_of_answer("SSH-2.0-OpenSSH_9.2\r\n"), TransportError::Kind::kProtocol);
}

// Goal: an invalid URL is rejected before anything is sent.
TEST(CurlTransportTest, RejectsAnInvalidUrl) {
  for (const char* url : {"", "ftp://host/", "http://user:pass@host/", "http://host/\r\nX: y"}) {
    Loopback loopback(echo);
    const auto error = failure(loopback, HttpRequest{"GET", url, {}, ""});
    ASSERT_TRUE(error) << url;
    EXPECT_EQ(error->kind(), TransportError::Kind::kProtocol) << url;
    EXPECT_THAT(error->what(), testing::Not(HasSubstr("pass")));
  }
}

Task<> through_one_connection(Loopback& loopback, CurlTransport& transport, std::vector<HttpResponse>& responses) {
  TaskGroup tasks(loopback.context.get_executor());
  tasks.spawn(keep(transport, post(loopback, "/", "1"), responses));
  tasks.spawn(keep(transport, post(loopback, "/", "2"), responses));
  co_await tasks.join();
}

// Goal: the wait for a free connection does not count as time to connect.
TEST(CurlTransportTest, WaitingForAConnectionIsNotConnecting) {
  runtime::Clock* clock = nullptr;
  const auto slow = [&clock](HttpRequest request) -> Task<HttpResponse> {
    return [](runtime::Clock& time, HttpRequest asked) -> Task<HttpResponse> {
      co_await time.sleep_for(40ms);
      co_return HttpResponse{200, {}, asked.body};
    }(*clock, std::move(request));
  };
  Loopback loopback(slow);
  clock = &loopback.clock;
  CurlOptions options;
  options.connect_timeout = 20ms;
  options.connections_per_host_max = 1;
  CurlTransport transport(loopback.context.get_executor(), loopback.clock, options);
  std::vector<HttpResponse> responses;
  loopback.run(through_one_connection(loopback, transport, responses));
  ASSERT_EQ(responses.size(), 2U);
  EXPECT_EQ(responses[0].body + responses[1].body, "12");
}

Task<> reuse_after_idle(Loopback& loopback, CurlTransport& transport, std::vector<HttpResponse>& responses) {
  co_await keep(transport, post(loopback, "/", "1"), responses);
  while (loopback.server.connections() > 0) {
    co_await loopback.clock.sleep_for(1ms);
  }
  co_await keep(transport, post(loopback, "/", "2"), responses);
}

// Goal: a kept connection that the server has closed is replaced, without an error.
TEST(CurlTransportTest, ReplacesAConnectionThatWasClosedMeanwhile) {
  ServerOptions server;
  server.idle_timeout = 5ms;
  Loopback loopback(echo, server);
  CurlTransport transport(loopback.context.get_executor(), loopback.clock);
  std::vector<HttpResponse> responses;
  loopback.run(reuse_after_idle(loopback, transport, responses));
  EXPECT_EQ(responses.size(), 2U);
}

}  // namespace
}  // namespace ekiden::http
