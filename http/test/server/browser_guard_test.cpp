#include <ekiden/http/browser_guard.hpp>
#include <ekiden/http/events.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stepped.hpp"

namespace ekiden::http {
namespace {

using test::SteppedClient;
using test::SteppedServer;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Task<HttpResponse> done(HttpRequest) { co_return HttpResponse{200, {{"x-amzn-RequestId", "1"}}, "done"}; }

const auto kAddress = std::make_shared<const std::string>("127.0.0.1:4566");

BrowserRules on_loopback() { return {.on_loopback = true}; }

/// The answer to a request with these header lines.
std::string ask(BrowserRules rules, const std::string& lines, const std::string& start = "POST / HTTP/1.1") {
  runtime::Events unheard;
  SteppedServer server(guarded(std::move(rules), kAddress, unheard, done));
  SteppedClient client(server);
  return client.ask(start + "\r\n" + lines + "\r\n");
}

constexpr const char* kHere = "Host: localhost:4566\r\n";

// Goal: programs are not affected.
TEST(BrowserGuardTest, LetsProgramsPass) {
  for (const char* lines : {"", "User-Agent: Boto3/1.44\r\n", "Authorization: AWS4-HMAC-SHA256 x\r\n"}) {
    EXPECT_THAT(ask(on_loopback(), kHere + std::string(lines)), EndsWith("done")) << lines;
    EXPECT_THAT(ask({}, "Host: local:9324\r\n" + std::string(lines)), EndsWith("done")) << lines;
  }
  EXPECT_THAT(ask(on_loopback(), "", "GET / HTTP/1.0"), EndsWith("done"));
}

// Goal: on loopback, the names of this machine are accepted in every notation, and only these.
TEST(BrowserGuardTest, OnLoopbackAForeignHostIsRefused) {
  BrowserRules rules = on_loopback();
  rules.allowed_hosts = {"My-Box.", "10.0.0.9", "[fd00::1]"};
  for (const char* host :
       {"localhost", "LocalHost:4566", "localhost.:80", "127.0.0.1", "127.8.9.10:1", "[::1]:4566", "a.localhost",
        "A.B.localhost:1", "localhost.localstack.cloud:4566", "sqs.us-east-1.localhost.localstack.cloud:4566",
        "sqs.eu-west-1.amazonaws.com", "dynamodb.eu-west-1.AMAZONAWS.com.:443", "host.docker.internal:4566",
        "host.containers.internal", "my-box", "MY-BOX:4566", "10.0.0.9:1", "[fd00::1]:2", "[::ffff:127.0.0.1]"}) {
    EXPECT_THAT(ask(rules, "Host: " + std::string(host) + "\r\n"), EndsWith("done")) << host;
  }
  for (const char* host :
       {"evil.example", "evil.example:4566", "localhost.evil.example", "127.0.0.1.evil.example", "notlocalhost",
        "evil-amazonaws.com", "amazonaws.com", ".localhost", "amazonaws.com.evil.example", "128.0.0.1", "0.0.0.0",
        "10.0.0.1", "[::2]", "[::]", "", "192.168.1.5:4566", "local:9324", "127.0.0.1,evil.example", "localhost.."}) {
    EXPECT_THAT(ask(rules, "Host: " + std::string(host) + "\r\n"),
                AllOf(StartsWith("HTTP/1.1 403 "), HasSubstr("--allow-host")))
        << host;
    EXPECT_THAT(ask({}, "Host: " + std::string(host) + "\r\n"), EndsWith("done")) << host;
  }
  // The host of an absolute URL counts, not that of the header (RFC 9112, section 3.2.2).
  EXPECT_THAT(ask(rules, "Host: localhost\r\n", "GET http://evil.example/ HTTP/1.1"), StartsWith("HTTP/1.1 403 "));
}

// Goal: requests that pages of other sites make a browser send are refused, on loopback and elsewhere.
TEST(BrowserGuardTest, RequestsOfOtherSitesAreRefused) {
  for (const char* lines :
       {"Origin: https://evil.example\r\n", "Origin: null\r\n", "Origin:\r\n", "Origin: http://localhost:5173\r\n",
        "Origin: http://localhost\r\n", "Origin: chrome-extension://localhost:4566\r\n",
        "Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n", "Sec-Fetch-Site:\r\n",
        "Sec-Fetch-Site: None\r\n", "Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: none\r\nSec-Fetch-Site: none\r\n",
        "Origin: http://localhost:4566\r\nOrigin: https://evil.example\r\n",
        "Origin: http://localhost:4566\r\nSec-Fetch-Site: cross-site\r\n",
        "Origin: https://evil.example\r\nSec-Fetch-Site: same-origin\r\n",
        "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n"}) {
    for (const BrowserRules& rules : {on_loopback(), BrowserRules{}, BrowserRules{.reads = true}}) {
      for (const char* start : {"POST / HTTP/1.1", "GET /?Action=PurgeQueue HTTP/1.1", "OPTIONS / HTTP/1.1"}) {
        EXPECT_THAT(ask(rules, kHere + std::string(lines), start),
                    AllOf(StartsWith("HTTP/1.1 403 "), HasSubstr("--allow-origin"), Not(HasSubstr("Access-Control-"))))
            << start << " " << lines;
      }
    }
  }
}

// Goal: with DNS rebinding, the Origin is that of the Host. Outside of loopback, where Host is not checked, it is
// refused, too.
TEST(BrowserGuardTest, AReboundOriginIsRefused) {
  const std::string lines = "Host: evil.example:4566\r\nOrigin: http://evil.example:4566\r\n";
  EXPECT_THAT(ask({}, lines), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(ask({}, "Host: evil.example:4566\r\nUser-Agent: Mozilla/5.0\r\n", "GET /?Action=PurgeQueue HTTP/1.1"),
              StartsWith("HTTP/1.1 403 "));
}

// Goal: what a user types, and what a page of the server itself sends, is accepted.
TEST(BrowserGuardTest, ItsOwnPagesAreAccepted) {
  for (const char* lines :
       {"Sec-Fetch-Site: none\r\n", "Sec-Fetch-Site: same-origin\r\n", "Origin: http://localhost:4566\r\n",
        "Origin: https://localhost:4566\r\n", "Origin: http://LOCALHOST:4566\r\nSec-Fetch-Site: same-origin\r\n"}) {
    EXPECT_THAT(ask(on_loopback(), kHere + std::string(lines)), EndsWith("done")) << lines;
  }
  EXPECT_THAT(ask({}, "Host: 10.0.0.9:9000\r\nOrigin: http://10.0.0.9:9000\r\n"), EndsWith("done"));
  EXPECT_THAT(ask({}, "Host: 10.0.0.9\r\nOrigin: http://10.0.0.9\r\n"), EndsWith("done"));
}

// Goal: the status page of `ekiden up` leads to the pages of its workers, which have other ports. Only as pages, and
// only where nothing can be changed.
TEST(BrowserGuardTest, APageOfThisMachineLeadsToAPageThatOnlyReads) {
  const std::string lines = std::string(kHere) + "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: navigate\r\n";
  const BrowserRules reads{.on_loopback = true, .reads = true};
  EXPECT_THAT(ask(reads, lines + "Sec-Fetch-Dest: document\r\n", "GET / HTTP/1.1"), EndsWith("done"));
  EXPECT_THAT(ask(reads, lines + "Sec-Fetch-Dest: iframe\r\n", "GET / HTTP/1.1"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(ask(reads, lines + "Sec-Fetch-Dest: document\r\n"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(ask(on_loopback(), lines + "Sec-Fetch-Dest: document\r\n", "GET /?Action=x HTTP/1.1"),
              StartsWith("HTTP/1.1 403 "));
}

// Goal: an old browser, and every browser that does not trust the address, sends neither Origin nor Sec-Fetch-Site with
// an image. Such a request cannot change anything; its Referer, or what a page cannot send, proves that it is allowed.
TEST(BrowserGuardTest, OldBrowsersCannotChangeAnything) {
  const std::string browser = std::string(kHere) + "User-Agent: Mozilla/5.0 (X11)\r\n";
  const char* change = "GET /?Action=PurgeQueue HTTP/1.1";
  EXPECT_THAT(ask({}, browser, change), AllOf(StartsWith("HTTP/1.1 403 "), HasSubstr("--allow-origin")));
  EXPECT_THAT(ask({}, browser), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(ask({}, std::string(kHere) + "Referer: https://evil.example/page\r\n", change),
              StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(ask({}, browser, "GET / HTTP/1.1"), EndsWith("done"));
  EXPECT_THAT(ask({.reads = true}, browser, "GET /status.json?x HTTP/1.1"), EndsWith("done"));
  EXPECT_THAT(ask({}, browser + "Referer: http://localhost:4566/\r\n", change), EndsWith("done"));
  EXPECT_THAT(ask({}, browser + "X-Amz-Target: AmazonSQS.ListQueues\r\n"), EndsWith("done"));
}

// Goal: a page of an allowed origin can send every request of an AWS SDK, and can read the answer.
TEST(BrowserGuardTest, AllowedOriginsGetTheAnswersOfAws) {
  BrowserRules rules = on_loopback();
  rules.allowed_origins = {"http://localhost:5173", "http://other.example:80"};
  const std::string page = std::string(kHere) + "Origin: http://localhost:5173\r\nSec-Fetch-Site: same-site\r\n";
  const std::string asked = "x-amz-target,x-amz-date,authorization,amz-sdk-invocation-id,content-type";
  const std::string preflight =
      ask(rules, page + "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: " + asked + "\r\n",
          "OPTIONS / HTTP/1.1");
  EXPECT_THAT(preflight, AllOf(StartsWith("HTTP/1.1 200 "),
                               HasSubstr("\r\nAccess-Control-Allow-Origin: http://localhost:5173\r\n"),
                               HasSubstr("\r\nAccess-Control-Allow-Methods: POST\r\n"),
                               HasSubstr("\r\nAccess-Control-Allow-Headers: " + asked + "\r\n"),
                               HasSubstr("\r\nAccess-Control-Max-Age: 172800\r\n"), HasSubstr("\r\nVary: Origin\r\n"),
                               EndsWith("Content-Length: 0\r\n\r\n")));
  EXPECT_THAT(ask(rules, page), AllOf(HasSubstr("\r\nAccess-Control-Allow-Origin: http://localhost:5173\r\n"),
                                      HasSubstr("\r\nAccess-Control-Expose-Headers: x-amzn-RequestId,"),
                                      Not(HasSubstr("Access-Control-Max-Age")), EndsWith("done")));
  EXPECT_THAT(ask(rules, std::string(kHere) + "Origin: http://OTHER.example\r\nSec-Fetch-Site: cross-site\r\n"),
              EndsWith("done"));
  for (const char* other : {"http://localhost:5174", "https://localhost:5173", "http://localhost:5173.evil.example",
                            "http://xlocalhost:5173", "http://localhost:5173/", "null"}) {
    EXPECT_THAT(ask(rules, std::string(kHere) + "Origin: " + other + "\r\n"), StartsWith("HTTP/1.1 403 ")) << other;
  }
  // An image of the allowed page has no Origin: it could be of any page.
  EXPECT_THAT(ask(rules, std::string(kHere) + "Sec-Fetch-Site: same-site\r\n"), StartsWith("HTTP/1.1 403 "));
  // A foreign Host is refused, whatever the Origin.
  EXPECT_THAT(ask(rules, "Host: evil.example\r\nOrigin: http://localhost:5173\r\n"), StartsWith("HTTP/1.1 403 "));
  rules.allowed_origins = {"*"};
  EXPECT_THAT(ask(rules, std::string(kHere) + "Origin: https://any.example\r\nSec-Fetch-Site: cross-site\r\n"),
              EndsWith("done"));
  EXPECT_THAT(ask(rules, std::string(kHere) + "Sec-Fetch-Site: cross-site\r\n"), StartsWith("HTTP/1.1 403 "));
}

// Goal: each reason is logged once, and a page that makes up reasons does not fill the log.
TEST(BrowserGuardTest, LogsEachReasonOnce) {
  runtime::Events events;
  std::vector<std::string> reasons;
  const auto subscription = events.subscribe([&reasons](const runtime::Event& event) {
    EXPECT_EQ(event.spec.name, events::kRequestRefused.name);
    reasons.emplace_back(std::get<std::string_view>(*event.find("reason")));
  });
  SteppedServer server(guarded(on_loopback(), kAddress, events, done));
  SteppedClient client(server);
  for (int i = 0; i < 3; ++i) {
    client.ask("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    client.ask("GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n");
  }
  ASSERT_EQ(reasons.size(), 2U);
  EXPECT_THAT(reasons[0], EndsWith("add --allow-host evil.example"));
  EXPECT_THAT(reasons[1], EndsWith("add --allow-origin http://evil.example"));
  for (int i = 0; i < 200; ++i) {
    client.ask("GET / HTTP/1.1\r\nHost: h" + std::to_string(i) + "\r\n\r\n");
  }
  EXPECT_EQ(reasons.size(), 100U);
}

// Goal: the reason is short plain text, whatever bytes the header has.
TEST(BrowserGuardTest, TheReasonIsPlainText) {
  const std::string origin = "\xff\x80\t<" + std::string(300, 'x');
  const std::string answer = ask(on_loopback(), kHere + ("Origin: " + origin + "\r\n"));
  EXPECT_THAT(answer,
              HasSubstr("web pages of " + std::string(3, '?') + "<" + std::string(96, 'x') + "... are not allowed"));
  EXPECT_THAT(ask(on_loopback(), kHere + std::string("Sec-Fetch-Site: \xc3\r\n")), HasSubstr("Sec-Fetch-Site: ?)"));
}

// Goal: options take origins and names as users write them, and nothing else.
TEST(BrowserGuardTest, ReadsOriginsAndNames) {
  EXPECT_EQ(normal_origin("HTTP://Localhost:80"), "http://localhost");
  EXPECT_EQ(normal_origin("https://a.example:443"), "https://a.example");
  EXPECT_EQ(normal_origin("http://[::1]:5173"), "http://[::1]:5173");
  EXPECT_EQ(normal_origin("file://"), "file://");
  EXPECT_EQ(normal_origin("chrome-extension://abc"), "chrome-extension://abc");
  for (const char* wrong : {"", "localhost:5173", "http://", "http://a/", "http://a/b", "://a", "http:/a", "http://u@a",
                            "1http://a", "http://a b", "http://a?x"}) {
    EXPECT_FALSE(normal_origin(wrong)) << wrong;
  }
  for (const char* name : {"box", "a.example", "10.0.0.1", "[::1]"}) {
    EXPECT_TRUE(is_host_name(name)) << name;
  }
  for (const char* wrong : {"", "box:80", "http://box", "a/b", "::1", "a b"}) {
    EXPECT_FALSE(is_host_name(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace ekiden::http
