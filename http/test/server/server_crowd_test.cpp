#include <ekiden/http/events.hpp>
#include <ekiden/http/server.hpp>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include "no_descriptors.hpp"
#include "stepped.hpp"

namespace ekiden::http {
namespace {

using test::NoDescriptors;
using test::SteppedClient;
using test::SteppedServer;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

constexpr const char* kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

Task<HttpResponse> echo(HttpRequest request) { co_return HttpResponse{200, {}, request.method + ":" + request.body}; }

ServerOptions at_most(std::size_t connections) {
  ServerOptions options;
  options.connections_max = connections;
  return options;
}

// Goal: at the limit, the connection that is idle for longest gives way to a new client; the others stay.
TEST(ServerCrowdTest, TheOldestIdleConnectionGivesWay) {
  SteppedServer server(echo, at_most(2));
  SteppedClient first(server);
  SteppedClient second(server);
  EXPECT_THAT(second.ask(kGet), EndsWith("GET:"));
  server.advance(1ms);
  EXPECT_THAT(first.ask(kGet), EndsWith("GET:"));  // Now `second` is idle for longer.
  EXPECT_FALSE(second.closed());

  SteppedClient third(server);
  EXPECT_THAT(third.ask(kGet), EndsWith("GET:"));

  EXPECT_TRUE(second.closed());
  EXPECT_THAT(first.ask(kGet), EndsWith("GET:"));
  EXPECT_EQ(server.server.connections(), 2U);
}

// Goal: connections that never send a byte keep nobody out.
TEST(ServerCrowdTest, SilentConnectionsKeepNobodyOut) {
  SteppedServer server(echo, at_most(64));
  std::vector<std::unique_ptr<SteppedClient>> silent;
  for (int i = 0; i < 200; ++i) {
    silent.push_back(std::make_unique<SteppedClient>(server));
  }
  SteppedClient client(server);
  EXPECT_THAT(client.ask(kGet), EndsWith("GET:"));
  EXPECT_LE(server.server.connections(), 64U);
}

struct Held {
  runtime::Condition changed;
  bool finished = false;

  Task<HttpResponse> answer(HttpRequest request) {
    while (request.url == "/held" && !finished) {
      co_await changed.wait();
    }
    co_return HttpResponse{200, {}, "done"};
  }
  void finish() {
    finished = true;
    changed.notify_all();
  }
};

// Goal: a request in progress is never cut for a new client. The client waits, and is served when the request is done.
TEST(ServerCrowdTest, ARequestInProgressIsNotCut) {
  Held held;
  SteppedServer server([&held](HttpRequest request) { return held.answer(std::move(request)); }, at_most(1));
  SteppedClient first(server);
  first.send("GET /held HTTP/1.1\r\nHost: h\r\n\r\n");
  SteppedClient second(server);
  second.send(kGet);
  server.advance(60s);
  EXPECT_EQ(second.received(), "");
  EXPECT_FALSE(first.closed());

  held.finish();
  EXPECT_THAT(first.received(), EndsWith("done"));
  server.advance(1s);
  EXPECT_THAT(second.received(), EndsWith("done"));
}

// Goal: requests that arrive a byte at a time keep nobody out for longer than a second; a request that arrives fast is
// not cut.
TEST(ServerCrowdTest, SlowRequestsGiveWay) {
  SteppedServer server(echo, at_most(2));
  SteppedClient slow(server);
  SteppedClient fast(server);
  slow.send("GET / HTTP/1.1\r\nX: ");
  fast.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 400000\r\n\r\n");
  SteppedClient client(server);
  client.send(kGet);
  for (int i = 0; i < 4; ++i) {
    slow.send("x");
    fast.send(std::string(100'000, 'x'));
    server.advance(400ms);
  }
  EXPECT_THAT(client.received(), EndsWith("GET:"));
  EXPECT_TRUE(slow.closed());
  EXPECT_THAT(fast.received(), StartsWith("HTTP/1.1 200 OK"));
}

// Goal: an answer that its client does not read keeps nobody out for longer than a second.
TEST(ServerCrowdTest, AnswersThatNobodyReadsGiveWay) {
  const auto much = [](HttpRequest request) -> Task<HttpResponse> {
    co_return HttpResponse{200, {}, std::string(request.url == "/much" ? 32'000'000 : 4, 'x')};
  };
  SteppedServer server(much, at_most(1));
  SteppedClient deaf(server);
  deaf.send("GET /much HTTP/1.1\r\nHost: h\r\n\r\n");
  SteppedClient client(server);
  client.send(kGet);
  EXPECT_EQ(client.received(), "");
  server.advance(2s);
  EXPECT_THAT(client.received(), EndsWith("xxxx"));
}

// Goal: without a crowd, a header that arrives a byte at a time ends with 408, however many bytes it sends.
TEST(ServerCrowdTest, ATricklingHeaderIsBounded) {
  SteppedServer server(echo);
  SteppedClient client(server);
  client.send("GET / HTTP/1.1\r\nX: ");
  std::string answer;
  for (int seconds = 0; seconds < 40 && answer.empty(); ++seconds) {
    client.send("x");
    server.advance(1s);
    answer = client.received();
  }
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 408 "));
}

// Goal: a body that arrives slowly but steadily is not cut, although it needs longer than request_timeout.
TEST(ServerCrowdTest, ASteadyUploadIsNotCut) {
  SteppedServer server(echo);
  SteppedClient client(server);
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4000000\r\n\r\n");
  for (int i = 0; i < 40; ++i) {
    client.send(std::string(100'000, 'x'));
    server.advance(2s);
  }
  EXPECT_THAT(client.received(), StartsWith("HTTP/1.1 200 OK"));
}

// Goal: an answer that is read slowly but steadily is not cut.
TEST(ServerCrowdTest, ASteadyDownloadIsNotCut) {
  constexpr std::size_t kSize = 64'000'000;
  SteppedServer server(
      [](HttpRequest) -> Task<HttpResponse> { co_return HttpResponse{200, {}, std::string(kSize, 'x')}; });
  SteppedClient client(server);
  client.send(kGet);
  std::size_t size = 0;
  for (int i = 0; i < 40; ++i) {
    server.advance(2s);
    size += client.received(2'000'000).size();
  }
  EXPECT_GT(size, kSize);
}

// Goal: an endless header, and an endless line in a chunked body, are refused as soon as the buffer is full.
TEST(ServerCrowdTest, EndlessLinesAreRefusedAtOnce) {
  SteppedServer server(echo);
  SteppedClient header(server);
  const std::string start = "GET / HTTP/1.1\r\nX: ";
  EXPECT_THAT(header.ask(start + std::string(17'000, 'x')), StartsWith("HTTP/1.1 431 "));
  SteppedClient chunk(server);
  EXPECT_THAT(
      chunk.ask("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(40'000, 'x')),
      StartsWith("HTTP/1.1 431 "));
}

// Goal: connections leave descriptors to the rest of the process.
TEST(ServerCrowdTest, ConnectionsLeaveDescriptorsToOthers) {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit few = before;
  few.rlim_cur = 100;
  ::setrlimit(RLIMIT_NOFILE, &few);
  SteppedServer server(echo);
  ::setrlimit(RLIMIT_NOFILE, &before);
  std::vector<std::unique_ptr<SteppedClient>> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(std::make_unique<SteppedClient>(server));
  }
  EXPECT_EQ(server.server.connections(), 36U);
}

struct Lines {
  runtime::Events events;
  std::vector<std::string> errors;
  runtime::Events::Subscription subscription = events.subscribe([this](const runtime::Event& event) {
    if (event.spec.name == events::kAcceptFailed.name) {
      errors.emplace_back(std::get<std::string_view>(*event.find("error")));
    }
  });
};

// Goal: without descriptors, an idle connection gives way, so that a new client is served; the log names what is
// exhausted, once.
TEST(ServerCrowdTest, WithoutDescriptorsIdleConnectionsGiveWay) {
  if (test::kChecksNeedDescriptors) {
    GTEST_SKIP() << "the sanitizer's checks need descriptors";
  }
  Lines lines;
  ServerOptions options;
  options.events = &lines.events;
  SteppedServer server(echo, options);
  SteppedClient idle(server);
  EXPECT_THAT(idle.ask(kGet), EndsWith("GET:"));
  SteppedClient client(server, std::defer_lock);
  const NoDescriptors none;
  client.connect();
  EXPECT_THAT(client.ask(kGet), EndsWith("GET:"));
  EXPECT_TRUE(idle.closed());
  EXPECT_THAT(client.ask(kGet), EndsWith("GET:"));  // It stays, as nobody else waits.
  ASSERT_EQ(lines.errors.size(), 1U);
  EXPECT_THAT(lines.errors[0], HasSubstr("file descriptors"));
  EXPECT_THAT(lines.errors[0], HasSubstr("256"));
  EXPECT_THAT(lines.errors[0], HasSubstr("ulimit -n"));
}

// Goal: if no connection can give way, the server waits without turning, and serves the client when a descriptor is
// free; the log has one line a minute.
TEST(ServerCrowdTest, WithoutDescriptorsTheServerWaitsForOne) {
  if (test::kChecksNeedDescriptors) {
    GTEST_SKIP() << "the sanitizer's checks need descriptors";
  }
  Lines lines;
  ServerOptions options;
  options.events = &lines.events;
  SteppedServer server(echo, options);
  SteppedClient client(server, std::defer_lock);
  {
    NoDescriptors none;
    client.connect();
    client.send(kGet);  // Returns: the loop has become quiet.
    for (int i = 0; i < 1000; ++i) {
      server.advance(100ms);
    }
    EXPECT_EQ(client.received(), "");
    EXPECT_EQ(lines.errors.size(), 2U);
  }
  server.advance(100ms);
  EXPECT_THAT(client.received(), EndsWith("GET:"));
}

}  // namespace
}  // namespace ekiden::http
