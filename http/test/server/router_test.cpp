#include <ekiden/http/router.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exception>
#include <stdexcept>

#include "loopback.hpp"

namespace ekiden::http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

Task<HttpResponse> echo(HttpRequest request) {
  co_return HttpResponse{200, {}, request.method + " " + request.url + " " + request.body};
}

Task<HttpResponse> tell_rest(HttpRequest request, std::string rest) {
  co_return HttpResponse{200, {}, request.method + " rest=" + rest};
}

Task<HttpResponse> fail(HttpRequest) {
  throw std::runtime_error("no luck");
  co_return HttpResponse{};
}

HttpResponse names(const HttpRequest& request) { return {200, {}, "page of " + request.url}; }

HttpResponse answer(const Router& router, std::string method, std::string url, std::string body = "") {
  boost::asio::io_context context{1};
  HttpRequest request;
  request.method = std::move(method);
  request.url = std::move(url);
  request.body = std::move(body);
  HttpResponse result;
  std::exception_ptr error;
  boost::asio::co_spawn(context, router.answer(std::move(request)), [&](std::exception_ptr thrown, HttpResponse got) {
    error = std::move(thrown);
    result = std::move(got);
  });
  context.run();
  if (error) {
    std::rethrow_exception(error);
  }
  return result;
}

// Goal: method and path choose the handler, which gets the whole request; the query is ignored.
TEST(RouterTest, ChoosesByMethodAndPathWithoutTheQuery) {
  Router router;
  router.on("POST", "/a", echo).page("/a", names).page("/", names);
  EXPECT_EQ(answer(router, "POST", "/a?x=1", "body").body, "POST /a?x=1 body");
  EXPECT_EQ(answer(router, "GET", "/a?x=/b").body, "page of /a?x=/b");
  EXPECT_EQ(answer(router, "GET", "/?").body, "page of /?");
}

// Goal: paths are compared byte for byte.
TEST(RouterTest, TakesNoPathForAnother) {
  Router router;
  router.page("/live", names);
  for (const char* url : {"/", "/live/", "/LIVE", "/liv", "/lives", "//live", "/%6Cive", "live", "", "*", "?"}) {
    const HttpResponse response = answer(router, "GET", url);
    EXPECT_EQ(response.status, 404) << url;
    EXPECT_EQ(response.headers.find("allow"), std::nullopt) << url;
  }
}

// Goal: a handler of GET also answers HEAD, unless HEAD has a handler of its own; one of POST does not.
TEST(RouterTest, AnswersHeadAsGet) {
  Router router;
  router.page("/a", names).page("/b", names).on("HEAD", "/b", echo).on("POST", "/c", echo);
  EXPECT_EQ(answer(router, "HEAD", "/a").body, "page of /a");
  EXPECT_EQ(answer(router, "HEAD", "/b").body, "HEAD /b ");
  EXPECT_EQ(answer(router, "HEAD", "/c").status, 405);
}

// Goal: 405 lists the allowed methods, including HEAD; methods are case-sensitive (RFC 9110, section 9.1).
TEST(RouterTest, TellsTheMethodsOfAKnownPath) {
  Router router;
  router.page("/a", names).on("PUT", "/a", echo).on("POST", "/c", echo).page("/d", names).on("HEAD", "/d", echo);
  const auto allow = [&](const char* method, const char* url) {
    const HttpResponse response = answer(router, method, url);
    EXPECT_EQ(response.status, 405) << method << url;
    return std::string(response.headers.find("allow").value_or("nothing"));
  };
  EXPECT_EQ(allow("POST", "/a?q"), "GET, HEAD, PUT");
  EXPECT_EQ(allow("get", "/a"), "GET, HEAD, PUT");
  EXPECT_EQ(allow("GET", "/c"), "POST");
  EXPECT_EQ(allow("PUT", "/d"), "GET, HEAD");
  EXPECT_EQ(answer(router, "GET", "/c").body, "method not allowed; use POST\n");
}

// Goal: a prefix passes on the rest of the path as in the URL; an exact path and a longer prefix win.
TEST(RouterTest, YieldsWhatFollowsAPrefix) {
  Router router;
  router.below("GET", "/_ekiden/", tell_rest).below("POST", "/_ekiden/queues/", tell_rest);
  router.on("GET", "/_ekiden/queues/all", echo);
  EXPECT_EQ(answer(router, "GET", "/_ekiden/a/b%2Fc?d=e").body, "GET rest=a/b%2Fc");
  EXPECT_EQ(answer(router, "HEAD", "/_ekiden/x").body, "HEAD rest=x");
  EXPECT_EQ(answer(router, "POST", "/_ekiden/queues/news").body, "POST rest=news");
  EXPECT_EQ(answer(router, "GET", "/_ekiden/queues/all").body, "GET /_ekiden/queues/all ");
  EXPECT_EQ(answer(router, "GET", "/_ekiden/queues/news").headers.find("allow"), "POST");
  EXPECT_EQ(answer(router, "GET", "/_ekiden/queues/").body, "GET rest=queues/");
  EXPECT_EQ(answer(router, "GET", "/_ekiden/").status, 404);
  EXPECT_EQ(answer(router, "GET", "/_ekiden").status, 404);
}

// Goal: the owner can replace the texts and statuses; Allow is added to every 405, and to no other status.
TEST(RouterTest, RefusesInTheWordsOfItsOwner) {
  Router own({.not_found = [](const HttpRequest& request) { return HttpResponse{404, {}, "no " + request.url}; },
              .wrong_method = [](const HttpRequest&) { return HttpResponse{405, {{"X-A", "1"}}, "read only"}; }});
  own.page("/a", names);
  EXPECT_EQ(answer(own, "POST", "/b").body, "no /b");
  const HttpResponse refused = answer(own, "POST", "/a");
  EXPECT_EQ(refused.body, "read only");
  EXPECT_EQ(refused.headers.find("x-a"), "1");
  EXPECT_EQ(refused.headers.find("allow"), "GET, HEAD");

  Router hidden({.not_found = {}, .wrong_method = [](const HttpRequest&) { return HttpResponse{404, {}, "none"}; }});
  hidden.page("/a", names);
  const HttpResponse none = answer(hidden, "POST", "/a");
  EXPECT_EQ(none.status, 404);
  EXPECT_EQ(none.headers.find("allow"), std::nullopt);
}

// Goal: without routes every path is unknown; an exception of a handler reaches the server.
TEST(RouterTest, LeavesErrorsToTheServer) {
  EXPECT_EQ(answer(Router(), "GET", "/").status, 404);
  Router router;
  router.on("GET", "/a", fail);
  EXPECT_THROW(answer(router, "GET", "/a"), std::runtime_error);
}

// Goal: a duplicate route, a path without leading '/', or a prefix without final '/' is a bug and ends the process.
TEST(RouterDeathTest, RefusesRoutesThatCannotBeMeant) {
  Router router;
  router.page("/a", names);
  EXPECT_DEATH(router.on("GET", "/a", echo), "assertion failed");
  EXPECT_DEATH(router.page("b", names), "assertion failed");
  EXPECT_DEATH(router.below("GET", "/c", tell_rest), "assertion failed");
}

Task<> talk(test::Loopback& loopback, std::string request, std::string& answer) {
  test::RawClient client(loopback);
  co_await client.connect();
  co_await client.write(request);
  answer = co_await client.read_to_end();
}

// Goal: through a server, HEAD gets GET's length and no body. Method: the bytes on the wire.
TEST(RouterTest, SendsNoBodyToHead) {
  Router router;
  router.page("/a", names);
  test::Loopback loopback([&router](HttpRequest request) { return router.answer(std::move(request)); });
  std::string answer;
  loopback.run(talk(loopback, "HEAD /a?b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", answer));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 12\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

}  // namespace
}  // namespace ekiden::http
