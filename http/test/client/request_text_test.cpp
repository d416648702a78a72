#include "client/request_text.hpp"

#include <ekiden/http/transport.hpp>

#include <gtest/gtest.h>

namespace ekiden::http {
namespace {

std::string text_of(const HttpRequest& request) {
  std::string text = "what was there before";
  write_request(request, Url::parse(request.url).value(), text);
  return text;
}

// Goal: a request has the right bytes; the transport sets Host and Content-Length, whatever the caller set.
TEST(RequestTextTest, WritesHeadAndBody) {
  EXPECT_EQ(text_of({"POST", "https://h/p?q", {{"A", "b"}, {"Empty", ""}, {"content-length", "9"}}, "body"}),
            "POST /p?q HTTP/1.1\r\nHost: h\r\nA: b\r\nEmpty:\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_EQ(text_of({"POST", "http://h:81", {{"Transfer-Encoding", "chunked"}}, ""}),
            "POST / HTTP/1.1\r\nHost: h:81\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(text_of({"GET", "http://[::1]:8000/", {}, ""}), "GET / HTTP/1.1\r\nHost: [::1]:8000\r\n\r\n");
  EXPECT_EQ(text_of({"GET", "https://h:443/", {{"host", "other"}}, ""}), "GET / HTTP/1.1\r\nhost: other\r\n\r\n");
}

// Goal: no text of the caller can start a line of its own.
TEST(RequestTextTest, RefusesInjectedLines) {
  using std::string_literals::operator""s;
  for (const std::string& bad : {"a\r\nX: y"s, "a\nX: y"s, "a\r"s, "a\0b"s}) {
    for (const HttpRequest& request :
         {HttpRequest{"GET", "http://h/", {{"A", bad}}, ""}, HttpRequest{"GET", "http://h/", {{bad, "a"}}, ""},
          HttpRequest{bad, "http://h/", {}, ""}}) {
      try {
        text_of(request);
        FAIL() << bad;
      } catch (const TransportError& error) {
        EXPECT_EQ(error.kind(), TransportError::Kind::kProtocol);
      }
    }
  }
  EXPECT_THROW(text_of({"GET", "http://h/", {{"", "a"}}, ""}), TransportError);
  EXPECT_THROW(text_of({"GET", "http://h/", {{"A:", "a"}}, ""}), TransportError);
  EXPECT_THROW(text_of({"", "http://h/", {}, ""}), TransportError);
}

}  // namespace
}  // namespace ekiden::http
