#include <ekiden/base/words.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ekiden::base {
namespace {

using testing::ElementsAre;

// Goal: every separator splits, also at the ends; a text without one is one part.
TEST(WordsTest, SplitsAtEachSeparator) {
  EXPECT_THAT(split("a,b,,c", ','), ElementsAre("a", "b", "", "c"));
  EXPECT_THAT(split(",", ','), ElementsAre("", ""));
  EXPECT_THAT(split("", ','), ElementsAre(""));
}

// Goal: the last part can contain the separator, as the resource of an ARN can.
TEST(WordsTest, LeavesTheRestToTheLastPart) {
  EXPECT_THAT(split("arn:aws:sts::1:role:x", ':', 6), ElementsAre("arn", "aws", "sts", "", "1", "role:x"));
  EXPECT_THAT(split("a", ':', 6), ElementsAre("a"));
}

TEST(WordsTest, Joins) {
  EXPECT_EQ(join(std::vector<std::string>{"GET", "", "HEAD"}, ", "), "GET, , HEAD");
  EXPECT_EQ(join(std::vector<std::string_view>{"one"}, ", "), "one");
  EXPECT_EQ(join(std::vector<std::string>{}, ", "), "");
}

TEST(WordsTest, CountsInTheRightNumber) {
  EXPECT_EQ(counted(1, "receive"), "1 receive");
  EXPECT_EQ(counted(0, "receive"), "0 receives");
}

}  // namespace
}  // namespace ekiden::base
