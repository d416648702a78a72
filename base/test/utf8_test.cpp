#include <ekiden/base/utf8.hpp>

#include <gtest/gtest.h>

#include <string>

namespace ekiden::base {
namespace {

// Goal: the first and the last code point of each length are read.
TEST(Utf8Test, ReadsEachLength) {
  struct Case {
    std::string_view text;
    std::uint32_t value;
    std::size_t length;
  };
  for (const Case& one :
       {Case{"a", 'a', 1}, Case{"\x7f", 0x7f, 1}, Case{"\xc2\x80", 0x80, 2}, Case{"\xdf\xbf", 0x7ff, 2},
        Case{"\xe0\xa0\x80", 0x800, 3}, Case{"\xed\x9f\xbf", 0xd7ff, 3}, Case{"\xee\x80\x80", 0xe000, 3},
        Case{"\xef\xbf\xbf", 0xffff, 3}, Case{"\xf0\x90\x80\x80", 0x10000, 4}, Case{"\xf4\x8f\xbf\xbf", 0x10ffff, 4}}) {
    const CodePoint point = first_code_point(std::string(one.text) + "x");
    EXPECT_TRUE(point.valid);
    EXPECT_EQ(point.value, one.value);
    EXPECT_EQ(point.length, one.length);
  }
}

// Goal: overlong forms, surrogates, values above U+10FFFF, and incomplete or misplaced bytes count as one invalid byte.
TEST(Utf8Test, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"\x80", "\xff", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc3(", "\xe2\x28\xa1"}) {
    const CodePoint point = first_code_point(text);
    EXPECT_FALSE(point.valid) << text.size();
    EXPECT_EQ(point.length, 1U);
    EXPECT_EQ(point.value, 0xFFFDU);
  }
}

// Goal: a long text is cut between characters, also if it is not UTF-8.
TEST(Utf8Test, ShortensBetweenCharacters) {
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("abcd", 3), "abc...");
  EXPECT_EQ(shortened("ab\xc3\xa9", 4), "ab\xc3\xa9");
  EXPECT_EQ(shortened("ab\xc3\xa9", 3), "ab...");
  EXPECT_EQ(shortened("\xf0\x9f\x98\x80", 3), "...");
  EXPECT_EQ(shortened("\x80\x80\x80", 2), "...");
  EXPECT_EQ(shortened("", 0), "");
}

}  // namespace
}  // namespace ekiden::base
