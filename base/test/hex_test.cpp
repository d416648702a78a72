#include <ekiden/base/hex.hpp>

#include <gtest/gtest.h>

namespace ekiden::base {
namespace {

// Goal: the examples of RFC 4648, section 10, and bytes above 0x7F.
TEST(HexTest, WritesTwoDigitsAByte) {
  EXPECT_EQ(to_hex(""), "");
  EXPECT_EQ(to_hex("foobar"), "666f6f626172");
  EXPECT_EQ(to_hex(std::string_view("\0\x7f\xff", 3)), "007fff");
  std::string out = "\\u";
  append_hex(out, "\x1f");
  EXPECT_EQ(out, "\\u1f");
}

// Goal: a digit of either case has its value; other characters, such as those next to digits in ASCII, have none.
TEST(HexTest, ReadsOneDigit) {
  for (int value = 0; value < 16; ++value) {
    EXPECT_EQ(hex_value("0123456789abcdef"[value]), value);
    EXPECT_EQ(hex_value("0123456789ABCDEF"[value]), value);
  }
  for (const char other : {'/', ':', '@', 'G', '`', 'g', '-', '+', 'x', ' ', '\0', '\x10', '\x80'}) {
    EXPECT_EQ(hex_value(other), -1) << static_cast<int>(other);
  }
}

// Goal: only the exact text of a digest is accepted: complete and in lower case.
TEST(HexTest, ComparesWithoutWriting) {
  EXPECT_TRUE(is_hex_of("666f", "fo"));
  EXPECT_TRUE(is_hex_of("", ""));
  for (const char* other : {"666F", "666", "666f6f", "666e", "766f", ""}) {
    EXPECT_FALSE(is_hex_of(other, "fo")) << other;
  }
}

}  // namespace
}  // namespace ekiden::base
