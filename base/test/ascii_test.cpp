#include <ekiden/base/ascii.hpp>

#include <gtest/gtest.h>

namespace ekiden::base {
namespace {

// Goal: the classes have exactly ASCII's characters; a byte of UTF-8 is in none of them, in any locale.
TEST(AsciiTest, KnowsItsClasses) {
  for (const char c : {'0', '9'}) {
    EXPECT_TRUE(is_digit(c) && is_alphanumeric(c) && !is_letter(c)) << c;
  }
  for (const char c : {'a', 'z', 'A', 'Z'}) {
    EXPECT_TRUE(is_letter(c) && is_alphanumeric(c) && !is_digit(c)) << c;
  }
  for (const char c : {'/', ':', '@', '[', '`', '{', '\xE9', '\0'}) {
    EXPECT_FALSE(is_digit(c) || is_letter(c) || is_alphanumeric(c)) << c;
  }
}

TEST(AsciiTest, ChangesCaseOfLettersOnly) {
  EXPECT_EQ(lower_case("X-Amz-\xC3\x89[1]"), "x-amz-\xC3\x89[1]");
  EXPECT_EQ(upper_case("stop-timeout_1{"), "STOP-TIMEOUT_1{");
}

TEST(AsciiTest, ComparesWithoutCase) {
  EXPECT_TRUE(equal_without_case("Content-Type", "content-TYPE"));
  EXPECT_FALSE(equal_without_case("Content-Type", "content-typ"));
  EXPECT_FALSE(equal_without_case("[", "{"));
}

TEST(AsciiTest, TrimsBothEnds) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \t"), "");
  EXPECT_EQ(trim(""), "");
}

TEST(AsciiTest, TakesTheFirstWord) {
  EXPECT_EQ(first_word("\t   21504 kB\n"), "21504");
  EXPECT_EQ(first_word("word"), "word");
  EXPECT_EQ(first_word(" \t"), "");
  EXPECT_EQ(first_word(""), "");
}

TEST(AsciiTest, JudgesNames) {
  EXPECT_TRUE(consists_of_alphanumerics_and("news-Dead_1", "-_"));
  EXPECT_TRUE(consists_of_alphanumerics_and("", "-_"));
  EXPECT_FALSE(consists_of_alphanumerics_and("news.fifo", "-_"));
}

}  // namespace
}  // namespace ekiden::base
