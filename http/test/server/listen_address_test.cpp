#include <ekiden/http/listen_address.hpp>

#include <gtest/gtest.h>

namespace ekiden::http {
namespace {

// Goal: every notation of an address of this machine is read, and written again with another port.
TEST(ListenAddressTest, ReadsAddressAndPort) {
  const std::optional<ListenAddress> local = ListenAddress::parse("localhost:9000");
  ASSERT_TRUE(local);
  EXPECT_EQ(local->ip.to_string(), "127.0.0.1");
  EXPECT_EQ(local->port, 9000);
  EXPECT_EQ(local->with_port(0), "localhost:0");
  const std::optional<ListenAddress> six = ListenAddress::parse("[::1]:0");
  ASSERT_TRUE(six);
  EXPECT_EQ(six->ip.to_string(), "::1");
  EXPECT_EQ(six->with_port(81), "[::1]:81");
  EXPECT_EQ(ListenAddress::parse("0.0.0.0:65535")->port, 65535);
}

// Goal: every address that only this machine reaches is known as such, in each notation.
TEST(ListenAddressTest, KnowsLoopback) {
  for (const char* own : {"localhost:1", "127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "[::ffff:127.0.0.1]:1"}) {
    EXPECT_TRUE(ListenAddress::parse(own)->is_loopback()) << own;
  }
  for (const char* open : {"0.0.0.0:1", "10.0.0.1:1", "[::]:1", "[::ffff:10.0.0.1]:1", "[fe80::1]:1"}) {
    EXPECT_FALSE(ListenAddress::parse(open)->is_loopback()) << open;
  }
}

// Goal: texts without a valid address or port are rejected; an IPv6 address, and only that, needs brackets.
TEST(ListenAddressTest, RefusesTheRest) {
  for (const char* wrong : {"", ":", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1",
                            "127.0.0.1:80 ", "::1:80", "[::1]", "[127.0.0.1]:80", "[localhost]:80", "example.com:80"}) {
    EXPECT_FALSE(ListenAddress::parse(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace ekiden::http
