// Requests of one lane never wait for requests of another lane.
#include <ekiden/http/curl_transport.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "loopback.hpp"

namespace ekiden::http {
namespace {

using runtime::TaskGroup;
using test::Loopback;
using testing::ElementsAre;

constexpr Lane kPolls{7};
constexpr Lane kDeletes{3};

/// Answers at once, except polls: those wait until they are released.
struct Holding {
  std::vector<std::string> arrived;
  bool released = false;
  runtime::Condition changed;

  Task<HttpResponse> operator()(HttpRequest request) {
    arrived.push_back(request.url);
    changed.notify_all();
    while (request.url == "/poll" && !released) {
      co_await changed.wait();
    }
    co_return HttpResponse{200, {}, request.url};
  }
  Task<> until_arrived(std::size_t count) {
    while (arrived.size() < count) {
      co_await changed.wait();
    }
  }
  void release() {
    released = true;
    changed.notify_all();
  }
};

class LanesTest : public testing::Test {
 protected:
  HttpRequest request(const std::string& host, const std::string& path, Lane lane) const {
    return HttpRequest{"POST", "http://" + host + ":" + std::to_string(loopback.server.port()) + path, {}, "", lane};
  }
  static Task<> send(LanesTest& test, HttpRequest request) {
    const HttpResponse response = co_await test.transport.send(std::move(request));
    test.answered.push_back(response.body);
  }
  /// Sends one poll more than the lane's limit, then the other requests.
  static Task<> fill_then_send(LanesTest& test, std::vector<HttpRequest> polls, HttpRequest in_lane,
                               HttpRequest other) {
    TaskGroup tasks(test.loopback.context.get_executor());
    for (const HttpRequest& poll : polls) {
      tasks.spawn(send(test, poll));
    }
    co_await test.holding.until_arrived(2);
    tasks.spawn(send(test, std::move(in_lane)));
    co_await send(test, std::move(other));
    EXPECT_THAT(test.answered, ElementsAre("/delete"));
    test.holding.release();
    co_await tasks.join();
  }
  static Task<> give_up(LanesTest& test, HttpRequest poll, HttpRequest last) {
    TaskGroup tasks(test.loopback.context.get_executor());
    tasks.spawn(send(test, poll));
    tasks.spawn(send(test, poll));
    co_await test.holding.until_arrived(2);
    const TaskGroup::Handle waiting = tasks.spawn(send(test, last));
    tasks.spawn(send(test, last));
    co_await send(test, test.request("127.0.0.1", "/delete", kDeletes));
    EXPECT_EQ(test.transport.in_flight(), 4U);
    waiting.cancel();
    test.holding.release();
    co_await tasks.join();
  }
  static CurlOptions two_per_lane() {
    CurlOptions options;
    options.connections_per_host_max = 2;
    options.connections_max = 2;
    return options;
  }

  Holding holding;
  Loopback loopback{[this](HttpRequest request) { return holding(std::move(request)); }};
  CurlTransport transport{loopback.context.get_executor(), loopback.clock, two_per_lane()};
  std::vector<std::string> answered;
};

// Goal: polls that fill their lane delay only that lane. Method: the server holds the polls until the delete is
// answered, which would never happen without lanes.
TEST_F(LanesTest, PollsKeepBackOnlyTheirOwnLane) {
  const HttpRequest poll = request("127.0.0.1", "/poll", kPolls);
  loopback.run(fill_then_send(*this, {poll, poll, poll}, request("127.0.0.1", "/queued", kPolls),
                              request("127.0.0.1", "/delete", kDeletes)));
  EXPECT_THAT(holding.arrived, ElementsAre("/poll", "/poll", "/delete", "/poll", "/queued"));
}

// Goal: the limit for all hosts together is per lane, too. Method: polls to two hosts, as for two regions.
TEST_F(LanesTest, PollsOfAllHostsKeepBackOnlyTheirOwnLane) {
  loopback.run(fill_then_send(*this, {request("127.0.0.1", "/poll", kPolls), request("localhost", "/poll", kPolls)},
                              request("localhost", "/queued", kPolls), request("localhost", "/delete", kDeletes)));
  EXPECT_THAT(holding.arrived, ElementsAre("/poll", "/poll", "/delete", "/queued"));
}

Task<> one_after_the_other(CurlTransport& transport, std::vector<HttpRequest> requests) {
  for (const HttpRequest& request : requests) {
    co_await transport.send(request);
  }
}

// Goal: lanes separate the limits, not the connections: an idle connection of one lane serves another.
TEST_F(LanesTest, ShareIdleConnections) {
  loopback.run(one_after_the_other(transport, {request("127.0.0.1", "/a", kPolls), request("127.0.0.1", "/b", kDeletes),
                                               request("127.0.0.1", "/c", Lane{})}));
  EXPECT_EQ(transport.stats().connections_opened, 1U);
}

// Goal: a request that is cancelled while it waits leaves its lane intact: the next request gets the free place.
TEST_F(LanesTest, ForgetsWhoGivesUpWaiting) {
  loopback.run(give_up(*this, request("127.0.0.1", "/poll", kPolls), request("127.0.0.1", "/last", kPolls)));
  EXPECT_THAT(answered, ElementsAre("/delete", "/poll", "/poll", "/last"));
}

}  // namespace
}  // namespace ekiden::http
