#include <ekiden/http/curl_transport.hpp>
#include <ekiden/ops/fleet_page.hpp>
#include <ekiden/ops/status_server.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "fake_worker.hpp"
#include "stepped.hpp"

namespace ekiden::ops {
namespace {

using namespace std::chrono_literals;
using http::test::Serving;
using http::test::SteppedClient;
using http::test::SteppedLoop;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class PagesAccessTest : public testing::Test {
 protected:
  PagesAccessTest() { control.now = test::ready_status(); }

  /// The status line and headers of the answer to GET `path` at a worker that listens on `listen`.
  std::string get(const std::string& listen, const std::string& lines, const std::string& path = "/status.json") {
    StatusServer server(loop.env(), control, metrics, {.address = address(listen)});
    const Serving serving(loop, server);
    SteppedClient client(loop, server.port());
    return client.ask("GET " + path + " HTTP/1.1\r\n" + lines + "\r\n");
  }
  static ListenOptions address(const std::string& listen) {
    return {.listen = listen,
            .explicitly_set = true,
            .allowed_origins = {"http://dashboard.example"},
            .allowed_hosts = {"worker.example"}};
  }

  SteppedLoop loop;
  test::FakeControl control;
  Metrics metrics{loop.events, {}, {}};
};

// Goal: a page of another site can read nothing, on loopback and elsewhere; the worker's own page works.
TEST_F(PagesAccessTest, OtherSitesAreRefused) {
  for (const char* listen : {"127.0.0.1:0", "0.0.0.0:0"}) {
    for (const char* path : {"/", "/live", "/ready", "/metrics", "/status.json", "/nothing"}) {
      for (const char* lines : {"Origin: https://evil.example\r\n", "Sec-Fetch-Site: cross-site\r\n"}) {
        EXPECT_THAT(get(listen, "Host: localhost\r\n" + std::string(lines), path),
                    AllOf(StartsWith("HTTP/1.1 403 "), HasSubstr("--allow-origin")))
            << listen << path << lines;
      }
      EXPECT_THAT(get(listen, "Host: localhost\r\nSec-Fetch-Site: same-origin\r\n", path), Not(HasSubstr(" 403 ")));
    }
  }
}

// Goal: on loopback a foreign name is refused; elsewhere load balancers and scrapers use any name or address.
TEST_F(PagesAccessTest, OnlyLoopbackChecksTheName) {
  for (const char* host : {"evil.example:9000", "10.1.2.3:9000"}) {
    const std::string lines = "Host: " + std::string(host) + "\r\nUser-Agent: ELB-HealthChecker/2.0\r\n";
    EXPECT_THAT(get("127.0.0.1:0", lines), AllOf(StartsWith("HTTP/1.1 403 "), HasSubstr("--allow-host")));
    EXPECT_THAT(get("0.0.0.0:0", lines), StartsWith("HTTP/1.1 200 "));
  }
  EXPECT_THAT(get("127.0.0.1:0", "Host: worker.example:80\r\n"), StartsWith("HTTP/1.1 200 "));
}

// Goal: the log names the port at which the refused request arrived.
TEST_F(PagesAccessTest, TheLogNamesTheAddress) {
  std::string logged;
  const auto subscription = loop.events.subscribe(
      [&logged](const runtime::Event& event) { logged = std::get<std::string_view>(*event.find("address")); });
  StatusServer server(loop.env(), control, metrics, {.address = address("127.0.0.1:0")});
  const Serving serving(loop, server);
  SteppedClient(loop, server.port()).ask("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  EXPECT_EQ(logged, "127.0.0.1:" + std::to_string(server.port()));
}

// Goal: an allowed origin can read the pages.
TEST_F(PagesAccessTest, AnAllowedOriginCanRead) {
  EXPECT_THAT(
      get("127.0.0.1:0", "Host: localhost\r\nOrigin: http://dashboard.example\r\n"),
      AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Access-Control-Allow-Origin: http://dashboard.example\r\n")));
}

// Goal: the page of `ekiden up` has the same rules.
TEST_F(PagesAccessTest, TheFleetPageHasTheSameRules) {
  http::CurlTransport transport(loop.context.get_executor(), loop.clock);
  FleetPage page(loop.env(), transport, {.address = address("127.0.0.1:0")});
  const Serving serving(loop, page);
  const auto get = [&](const std::string& lines) {
    return SteppedClient(loop, page.port()).ask("GET /status.json HTTP/1.1\r\n" + lines + "\r\n");
  };
  EXPECT_THAT(get("Host: localhost\r\n"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(get("Host: evil.example\r\n"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(get("Host: localhost\r\nSec-Fetch-Site: cross-site\r\n"), StartsWith("HTTP/1.1 403 "));
}

// Goal: idle connections, and requests that never end, do not keep a probe waiting.
TEST_F(PagesAccessTest, IdleAndSlowConnectionsDoNotStopProbes) {
  StatusServer server(loop.env(), control, metrics, {.address = address("0.0.0.0:0")});
  const Serving serving(loop, server);
  for (const char* start : {"", "GET / HT"}) {
    std::vector<std::unique_ptr<SteppedClient>> crowd;
    for (int i = 0; i < 100; ++i) {
      crowd.push_back(std::make_unique<SteppedClient>(loop, server.port()));
      crowd.back()->send(start);
    }
    for (const char* path : {"/live", "/ready", "/metrics"}) {
      SteppedClient probe(loop, server.port());
      probe.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: 10.0.0.1:9000\r\n\r\n");
      loop.advance(2s);
      EXPECT_THAT(probe.received(), StartsWith("HTTP/1.1 200 ")) << start << path;
    }
  }
}

// Goal: an idle connection ends soon: after 10 s.
TEST_F(PagesAccessTest, AnIdleConnectionEndsSoon) {
  StatusServer server(loop.env(), control, metrics, {.address = address("0.0.0.0:0")});
  const Serving serving(loop, server);
  SteppedClient idle(loop, server.port());
  loop.advance(9s);
  EXPECT_FALSE(idle.closed());
  loop.advance(1s);
  EXPECT_TRUE(idle.closed());
}

}  // namespace
}  // namespace ekiden::ops
