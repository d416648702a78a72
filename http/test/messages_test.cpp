#include <ekiden/http/messages.hpp>

#include <gtest/gtest.h>

namespace ekiden::http {
namespace {

// Goal: names are case-insensitive, and set() leaves one field of that name.
TEST(HeadersTest, SetReplacesEveryFieldOfTheNameWhateverItsCase) {
  Headers headers{{"X-A", "1"}, {"Other", "o"}, {"x-a", "2"}};
  EXPECT_EQ(headers.find("x-A"), "1");
  headers.set("X-a", "3");
  EXPECT_EQ(headers.size(), 2U);
  EXPECT_EQ(headers.find("X-A"), "3");
  headers.set("New", "n");
  EXPECT_EQ(headers.find("new"), "n");
  EXPECT_EQ(headers.find("absent"), std::nullopt);
}

struct UrlCase {
  const char* text;
  const char* scheme;
  const char* host;
  const char* port;
  const char* target;
  const char* authority;
};

// Goal: an absolute URL is split correctly, and its authority is the value of a Host header.
TEST(UrlTest, TakesAnAbsoluteUrlApart) {
  const UrlCase cases[] = {
      {"http://127.0.0.1:4566", "http", "127.0.0.1", "4566", "/", "127.0.0.1:4566"},
      {"https://sqs.us-east-1.amazonaws.com/1/q?a=b#f", "https", "sqs.us-east-1.amazonaws.com", "", "/1/q?a=b",
       "sqs.us-east-1.amazonaws.com"},
      {"HTTPS://host:443/x", "https", "host", "443", "/x", "host"},
      {"http://host:443", "http", "host", "443", "/", "host:443"},
      {"http://[::1]:80?q", "http", "::1", "80", "/?q", "[::1]"},
      {"http://[::1]:8080/", "http", "::1", "8080", "/", "[::1]:8080"},
  };
  for (const UrlCase& expected : cases) {
    const std::optional<Url> url = Url::parse(expected.text);
    ASSERT_TRUE(url) << expected.text;
    EXPECT_EQ(url->scheme, expected.scheme) << expected.text;
    EXPECT_EQ(url->host, expected.host) << expected.text;
    EXPECT_EQ(url->port, expected.port) << expected.text;
    EXPECT_EQ(url->target, expected.target) << expected.text;
    EXPECT_EQ(url->authority(), expected.authority) << expected.text;
  }
}

// Goal: a text that is not an absolute http(s) URL is rejected, also one with a line end or credentials.
TEST(UrlTest, RefusesWhatIsNoHttpUrl) {
  for (const char* text : {"", "/path", "ftp://host/", "http://", "http:///x", "http://host:/", "http://host:0/",
                           "http://host:65536/", "http://host:8a/", "http://[::1", "http://[::1]x/",
                           "http://user:secret@host/", "http://host/a b", "http://host/\r\nX: y"}) {
    EXPECT_FALSE(Url::parse(text)) << text;
  }
}

}  // namespace
}  // namespace ekiden::http
