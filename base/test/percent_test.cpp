#include <ekiden/base/percent.hpp>

#include <gtest/gtest.h>

namespace ekiden::base {
namespace {

std::string encoded(std::string_view text, std::string_view keep = {}) {
  std::string out;
  append_percent_encoded(out, text, keep);
  return out;
}

// Goal: the unreserved characters of RFC 3986 are unchanged; every other byte is escaped in upper case.
TEST(PercentTest, Encodes) {
  EXPECT_EQ(encoded("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(encoded("a b/c"), "a%20b%2Fc");
  EXPECT_EQ(encoded("a b/c", "/"), "a%20b/c");
  EXPECT_EQ(encoded("caf\xC3\xA9+"), "caf%C3%A9%2B");
}

// Goal: escapes of both cases are decoded; malformed ones are unchanged, also at the end of the text.
TEST(PercentTest, Decodes) {
  EXPECT_EQ(percent_decode("a%20b%2fc"), "a b/c");
  for (const char* same : {"", "%", "%2", "%g0", "%0g", "a+b", "100%"}) {
    EXPECT_EQ(percent_decode(same), same);
  }
  EXPECT_EQ(percent_decode("%00"), std::string(1, '\0'));
}

// Goal: a plus sign means a space only in a form.
TEST(PercentTest, DecodesForms) { EXPECT_EQ(form_decode("a+b%2Bc+%"), "a b+c %"); }

}  // namespace
}  // namespace ekiden::base
