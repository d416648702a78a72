#include <ekiden/base/percent.hpp>

#include <gtest/gtest.h>

namespace ekiden::base {
namespace {

std::string encoded(std::string_view text, std::string_view keep = {}) {
  std::string out;
  append_percent_encoded(out, text, keep);
  return out;
}

// Goal: what RFC 3986 leaves unreserved stands for itself; all else is escaped in upper case, byte by byte.
TEST(PercentTest, Encodes) {
  EXPECT_EQ(encoded("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(encoded("a b/c"), "a%20b%2Fc");
  EXPECT_EQ(encoded("a b/c", "/"), "a%20b/c");
  EXPECT_EQ(encoded("caf\xC3\xA9+"), "caf%C3%A9%2B");
}

// Goal: escapes of both cases are resolved, and what is none stays, at the end of the text, too.
TEST(PercentTest, Decodes) {
  EXPECT_EQ(percent_decode("a%20b%2fc"), "a b/c");
  for (const char* same : {"", "%", "%2", "%g0", "%0g", "a+b", "100%"}) {
    EXPECT_EQ(percent_decode(same), same);
  }
  EXPECT_EQ(percent_decode("%00"), std::string(1, '\0'));
}

// Goal: only in a form does a plus sign stand for a space.
TEST(PercentTest, DecodesForms) { EXPECT_EQ(form_decode("a+b%2Bc+%"), "a b+c %"); }

}  // namespace
}  // namespace ekiden::base
