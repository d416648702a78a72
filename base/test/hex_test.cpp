#include <ekiden/base/hex.hpp>

#include <gtest/gtest.h>

namespace ekiden::base {
namespace {

// Goal: the examples of RFC 4648, section 10, and bytes of every sign.
TEST(HexTest, WritesTwoDigitsAByte) {
  EXPECT_EQ(to_hex(""), "");
  EXPECT_EQ(to_hex("foobar"), "666f6f626172");
  EXPECT_EQ(to_hex(std::string_view("\0\x7f\xff", 3)), "007fff");
  std::string out = "\\u";
  append_hex(out, "\x1f");
  EXPECT_EQ(out, "\\u1f");
}

// Goal: both cases are read; half a byte, a sign, a prefix and a space are not.
TEST(HexTest, ReadsPairsOfDigitsOnly) {
  EXPECT_EQ(from_hex("666F6f"), "foo");
  EXPECT_EQ(from_hex(""), "");
  for (const char* wrong : {"6", "6g", "-1", "+1", "0x", " 1", "1 "}) {
    EXPECT_EQ(from_hex(wrong), std::nullopt) << wrong;
  }
}

// Goal: a comparison with a digest as text takes that very text: lower case, whole.
TEST(HexTest, ComparesWithoutWriting) {
  EXPECT_TRUE(is_hex_of("666f", "fo"));
  EXPECT_TRUE(is_hex_of("", ""));
  for (const char* other : {"666F", "666", "666f6f", "666e", "766f", ""}) {
    EXPECT_FALSE(is_hex_of(other, "fo")) << other;
  }
}

}  // namespace
}  // namespace ekiden::base
