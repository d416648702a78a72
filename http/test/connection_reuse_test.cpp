// How many connections a number of requests needs.
#include <ekiden/http/curl_transport.hpp>

#include <gtest/gtest.h>

#include "loopback.hpp"

namespace ekiden::http {
namespace {

using runtime::TaskGroup;
using test::Loopback;

constexpr int kRequests = 1000;

Task<HttpResponse> ok(HttpRequest) { co_return HttpResponse{200, {}, "ok"}; }

Task<> send_some(Loopback& loopback, CurlTransport& transport, int count) {
  for (int i = 0; i < count; ++i) {
    HttpRequest request{"POST", loopback.server.url(), {}, "body"};
    co_await transport.send(std::move(request));
  }
}

Task<> send_in_parallel(Loopback& loopback, CurlTransport& transport, int tasks_count) {
  TaskGroup tasks(loopback.context.get_executor());
  for (int i = 0; i < tasks_count; ++i) {
    tasks.spawn(send_some(loopback, transport, kRequests / tasks_count));
  }
  co_await tasks.join();
}

// Goal: sequential requests need one connection.
TEST(ConnectionReuseTest, OneConnectionCarriesAThousandRequests) {
  Loopback loopback(ok);
  CurlTransport transport(loopback.context.get_executor(), loopback.clock);
  loopback.run(send_some(loopback, transport, kRequests));
  EXPECT_EQ(transport.stats().requests_sent, std::uint64_t{kRequests});
  EXPECT_EQ(transport.stats().connections_opened, 1U);
}

// Goal: concurrent requests need no more connections than there are requests in flight.
TEST(ConnectionReuseTest, ParallelRequestsNeedAConnectionEach) {
  for (const int at_once : {2, 10, 50}) {
    Loopback loopback(ok);
    CurlTransport transport(loopback.context.get_executor(), loopback.clock);
    loopback.run(send_in_parallel(loopback, transport, at_once));
    EXPECT_EQ(transport.stats().requests_sent, std::uint64_t{kRequests});
    EXPECT_LE(transport.stats().connections_opened, static_cast<std::uint64_t>(at_once));
  }
}

}  // namespace
}  // namespace ekiden::http
