#include <ekiden/ops/status_server.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_worker.hpp"
#include "web/json_object.hpp"

namespace ekiden::ops {
namespace {

using namespace std::chrono_literals;
using http::HttpResponse;
using test::FakeControl;
using test::RealLoop;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::array<std::string_view, 1> kQueue{"queue"};
constexpr runtime::EventSpec kDone{
    "done",
    runtime::Severity::kDebug,
    kQueue,
    {runtime::MetricSpec::Kind::kCounter, "ekiden_messages_succeeded_total", "Done.", "", kQueue}};
constexpr std::array<const runtime::EventSpec*, 1> kAll{&kDone};

class StatusServerTest : public testing::Test {
 protected:
  StatusServerTest() { control.now = test::ready_status(); }

  StatusServerOptions options(std::string listen, bool set = true) {
    return {.address = {.listen = std::move(listen), .explicitly_set = set},
            .name = "news-worker",
            .version = "1.2.3",
            .memory_limit = limit};
  }

  HttpResponse get(std::string path, std::string method = "GET") {
    StatusServer server(loop.env(), control, metrics, options("127.0.0.1:0"));
    HttpResponse result;
    loop.run(server.run(), fetch(loop, server.url() + path, method, result), [&server] { server.request_stop(0s); });
    return result;
  }
  static Task<> fetch(RealLoop& loop, std::string url, std::string method, HttpResponse& result) {
    result = co_await loop.get(std::move(url), std::move(method));
  }

  RealLoop loop;
  FakeControl control;
  std::optional<MemoryBound> limit;
  Metrics metrics{loop.events, {kAll}, {.version = "1.2.3", .queues = {"news"}}};
};

// Goal: /status.json has the used memory, and the limit with its source if there is one.
TEST_F(StatusServerTest, ServesMemoryAndItsLimit) {
  EXPECT_THAT(get("/status.json").body, testing::ContainsRegex("\"memory\":\\{\"resident_bytes\":[1-9][0-9]*\\},"));
  limit = MemoryBound{std::uint64_t{512} << 20, "ECS \"task\""};
  const HttpResponse response = get("/status.json");
  EXPECT_THAT(response.body, HasSubstr(R"(,"limit_bytes":536870912,"limit_source":"ECS \"task\""},)"));
  EXPECT_TRUE(is_json_object(response.body)) << response.body;
}

// Goal: /live answers 200 whether the worker is ready or not; /ready answers 503 with the reason if it is not.
TEST_F(StatusServerTest, DistinguishesLiveFromReady) {
  EXPECT_EQ(get("/ready").status, 200);
  control.now.ready = false;
  control.now.detail = "403 from SQS";
  const HttpResponse ready = get("/ready");
  EXPECT_EQ(ready.status, 503);
  EXPECT_EQ(ready.body, "403 from SQS\n");
  EXPECT_EQ(get("/live").status, 200);
}

// Goal: /metrics has the format and content type that Prometheus expects.
TEST_F(StatusServerTest, ServesMetrics) {
  loop.events.publish(kDone, {"news"});
  const HttpResponse response = get("/metrics");
  EXPECT_EQ(response.headers.find("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(response.body, AllOf(HasSubstr("ekiden_messages_succeeded_total{queue=\"news\"} 1\n"),
                                   HasSubstr("ekiden_messages_in_flight{queue=\"news\"} 7\n")));
}

// Goal: /status.json is one JSON object with the supervision tree, restarts, what each actor waits for, and the
// metrics.
TEST_F(StatusServerTest, ServesTheTreeAndTheCountsAsJson) {
  const HttpResponse response = get("/status.json?x=1");
  EXPECT_EQ(response.headers.find("content-type"), "application/json");
  EXPECT_TRUE(is_json_object(response.body)) << response.body;
  EXPECT_THAT(response.body,
              AllOf(HasSubstr(R"("name":"news-worker","version":"1.2.3")"),
                    HasSubstr(R"("waiting_on":"its \"mailbox\"","waiting_seconds":1.5)"), HasSubstr(R"("restarts":2)"),
                    HasSubstr(R"({"name":"ekiden_messages_in_flight","kind":"gauge",)"
                              R"("labels":{"queue":"news"},"value":7})")));
}

// Goal: the page is one document that sends requests only to its own server.
TEST_F(StatusServerTest, ServesASelfContainedPage) {
  const HttpResponse response = get("/");
  EXPECT_EQ(response.headers.find("content-type"), "text/html; charset=utf-8");
  EXPECT_THAT(response.body, AllOf(StartsWith("<!doctype html>"), HasSubstr("/status.json"), HasSubstr("</html>")));
  // The SVG namespace looks like a URL, but nothing is loaded from it.
  EXPECT_EQ(response.body.find("http", response.body.find("www.w3.org")), std::string::npos);
  EXPECT_EQ(response.body.find("src="), std::string::npos);
}

// Goal: methods other than GET and HEAD are rejected, and the answer for an unknown path lists the known ones.
TEST_F(StatusServerTest, RefusesOtherMethodsAndPaths) {
  for (const char* path : {"/ready", "/metrics?x", "/", "/nothing"}) {
    const HttpResponse refused = get(path, "POST");
    EXPECT_EQ(refused.status, 405) << path;
    EXPECT_EQ(refused.headers.find("allow"), "GET, HEAD") << path;
    EXPECT_EQ(refused.body, "only GET and HEAD are allowed\n") << path;
  }
  const HttpResponse missing = get("/nothing");
  EXPECT_EQ(missing.status, 404);
  EXPECT_THAT(missing.body, HasSubstr("/metrics"));
  const HttpResponse head = get("/live?x", "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
}

// Goal: if the default port is in use, a free one is used; if the user's port is in use, the error names the option.
TEST_F(StatusServerTest, FloatsOnlyFromTheDefaultPort) {
  const StatusServer first(loop.env(), control, metrics, options("127.0.0.1:0"));
  const std::string taken = "127.0.0.1:" + std::to_string(first.port());

  const StatusServer floated(loop.env(), control, metrics, options(taken, false));
  EXPECT_NE(floated.port(), first.port());
  EXPECT_THAT(floated.url(), StartsWith("http://127.0.0.1:"));
  try {
    const StatusServer refused(loop.env(), control, metrics, options(taken));
    FAIL() << "listened twice";
  } catch (const ListenFailed& error) {
    EXPECT_EQ(std::string(error.what()), "--ops " + taken +
                                             " is already in use: use another port, or 127.0.0.1:0 "
                                             "for any free port");
  }
}

// Goal: an address of another machine is an error, even if it is a default.
TEST_F(StatusServerTest, RefusesAForeignAddress) {
  EXPECT_THROW(StatusServer(loop.env(), control, metrics, options("192.0.2.1:9000", false)), ListenFailed);
}

}  // namespace
}  // namespace ekiden::ops
