#include <ekiden/http/browser_guard.hpp>
#include <ekiden/http/server.hpp>
#include <ekiden/runtime/random.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "server/request_parser.hpp"
#include "stepped.hpp"

namespace ekiden::http {
namespace {

using test::SteppedClient;
using test::SteppedServer;

Task<HttpResponse> echo(HttpRequest request) { co_return HttpResponse{200, {}, request.url + request.body}; }

constexpr std::array<std::string_view, 4> kRequests = {
    "GET /status.json?a=b HTTP/1.1\r\nHost: localhost:9000\r\nSec-Fetch-Site: none\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: [::1]:4566\r\nOrigin: http://localhost:5173\r\nContent-Length: 5\r\n\r\nhello",
    "POST http://localhost/x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
    "3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n",
    "OPTIONS * HTTP/1.0\r\nOrigin: null\r\nReferer: http://a/b\r\nConnection: keep-alive\r\n\r\n"};

std::string mutated(std::string text, runtime::Random& random) {
  constexpr std::string_view kPieces = "\r\n:; /@[]%,\0\x7f\xff\x80{}\"0fz";
  const auto at = [&] { return static_cast<std::size_t>(random.below(text.size() + 1)); };
  for (std::uint64_t changes = random.below(6); changes > 0; --changes) {
    const std::string piece(static_cast<std::size_t>(random.below(random.chance(0.02) ? 20'000 : 3)),
                            kPieces[static_cast<std::size_t>(random.below(kPieces.size()))]);
    text.replace(at(), static_cast<std::size_t>(random.below(3)), piece);
    if (random.chance(0.1)) {
      text.resize(at());
    }
  }
  return text;
}

// Goal: a chunked request can come in pieces of every size. Regression: an assertion in Beast ended the process.
TEST(RequestParserTest, ReadsChunkedRequestsCutAnywhere) {
  for (const std::string_view chunks : {"0\r\n\r\n", "0\r\nX-B: b\r\n\r\n", "3\r\nabc\r\n0\r\n\r\n"}) {
    const std::string request =
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(chunks);
    for (std::size_t size = 1; size <= request.size(); ++size) {
      RequestParser parser({.header_max = 1000, .body_max = 1000});
      RequestParser::Result result = RequestParser::Result::kNeedMore;
      std::string kept;
      for (std::size_t at = 0; at < request.size(); at += size) {
        kept += request.substr(at, size);
        std::string_view left = kept;
        result = parser.feed(left);
        kept.erase(0, kept.size() - left.size());
      }
      ASSERT_EQ(result, RequestParser::Result::kDone) << size;
      EXPECT_EQ(parser.take().body, chunks.front() == '3' ? "abc" : "");
    }
  }
}

// Goal: no bytes of a client end the server or its loop. Method: changed requests, some of them pipelined or cut, from
// a fixed seed; after each the server answers a proper request.
TEST(MalformedRequestsTest, NeverEndTheServer) {
  runtime::Random random(16);
  runtime::Events events;
  BrowserRules rules{.allowed_origins = {"http://localhost:5173"}, .on_loopback = true};
  ServerOptions options;
  options.body_max = 4096;
  SteppedServer server(guarded(rules, std::make_shared<const std::string>("127.0.0.1:9000"), events, echo), options);
  for (int i = 0; i < 3000; ++i) {
    SteppedClient client(server);
    std::string bytes;
    for (std::uint64_t requests = 1 + random.below(3); requests > 0; --requests) {
      bytes += mutated(std::string(kRequests[static_cast<std::size_t>(random.below(kRequests.size()))]), random);
    }
    client.send(bytes);
    if (random.chance(0.1)) {
      server.advance(std::chrono::minutes(2));
    }
  }
  SteppedClient proper(server);
  EXPECT_THAT(proper.ask(kRequests[0]), testing::EndsWith("/status.json?a=b"));
}

}  // namespace
}  // namespace ekiden::http
