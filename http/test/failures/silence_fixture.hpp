// SilenceTest: a client in virtual time, and a peer that is silent, slow or gone.
#pragma once

#include <ekiden/http/curl_transport.hpp>
#include <ekiden/runtime/simulated/clock.hpp>

#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "peer.hpp"

namespace ekiden::http::test {

inline const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

class SilenceTest : public testing::Test {
 protected:
  struct Outcome {
    std::string body;
    std::optional<TransportError> error;
    bool ended = false;
    bool began = false;
  };

  HttpRequest request(Patience patience) const {
    HttpRequest request = peer.get();
    request.patience = patience;
    return request;
  }
  static Task<> send(CurlTransport& transport, HttpRequest request, std::shared_ptr<Outcome> outcome) {
    try {
      const HttpResponse response = co_await transport.send(std::move(request));
      outcome->body = response.body;
      outcome->began = response.began.has_value();
    } catch (const TransportError& error) {
      outcome->error = error;
    }
    outcome->ended = true;
  }
  std::shared_ptr<Outcome> start(HttpRequest request) {
    auto outcome = std::make_shared<Outcome>();
    tasks.spawn(send(*transport, std::move(request), outcome));
    return outcome;
  }
  /// Lets everything happen that is ready.
  static Task<> turn() {
    for (int i = 0; i < 20; ++i) {
      co_await boost::asio::post(boost::asio::use_awaitable);
    }
  }
  static Task<> pass(SilenceTest& test, runtime::Duration passing) {
    co_await turn();
    test.time.now += passing;
    test.clock.fire();
    co_await turn();
  }
  /// Writes at once, without a turn of the loop.
  static void write_now(tcp::socket& socket, const std::string& text) {
    boost::asio::write(socket, boost::asio::buffer(text));
  }
  /// `count` connections that have each carried a request, and are idle.
  static Task<> open(SilenceTest& test, int count, std::vector<tcp::socket>& sockets) {
    for (int i = 0; i < count; ++i) {
      HttpRequest request = test.request({});
      request.lane = static_cast<Lane>(i);
      test.start(std::move(request));
      sockets.push_back(co_await test.peer.accept());
      co_await read_head(sockets.back());
    }
    for (tcp::socket& socket : sockets) {
      write_now(socket, kOk);
    }
    co_await turn();
    EXPECT_EQ(test.transport->in_flight(), 0U);
  }
  static Task<> finish(SilenceTest& test) {
    test.transport.reset();
    co_await test.tasks.join();
  }

  Loopback loopback{[](HttpRequest) -> Task<HttpResponse> { co_return HttpResponse{}; }};
  Peer peer{loopback};
  runtime::VirtualTime time;
  runtime::SimulatedClock clock{time};
  std::optional<CurlTransport> transport{std::in_place, loopback.context.get_executor(), clock};
  runtime::TaskGroup tasks{loopback.context.get_executor()};
};

}  // namespace ekiden::http::test
