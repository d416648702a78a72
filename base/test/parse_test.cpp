#include <ekiden/base/parse.hpp>

#include <gtest/gtest.h>

#include <cstdint>

namespace ekiden::base {
namespace {

// Goal: only a text that is a number as a whole is accepted, not one with a letter or space after it.
TEST(ParseTest, TakesWholeNumbersOnly) {
  EXPECT_EQ(parse<std::int64_t>("42"), 42);
  EXPECT_EQ(parse<std::int64_t>("-42"), -42);
  EXPECT_EQ(parse<std::int64_t>("007"), 7);
  for (const char* wrong : {"", "4x", " 4", "4 ", "+4", "4.0", "0x4", "-", "four"}) {
    EXPECT_EQ(parse<std::int64_t>(wrong), std::nullopt) << wrong;
  }
}

// Goal: a number that does not fit is rejected, not changed.
TEST(ParseTest, RefusesWhatDoesNotFit) {
  EXPECT_EQ(parse<std::uint16_t>("65535"), 65535);
  EXPECT_EQ(parse<std::uint16_t>("65536"), std::nullopt);
  EXPECT_EQ(parse<std::uint16_t>("-1"), std::nullopt);
  EXPECT_EQ(parse<std::int64_t>("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(parse<std::int64_t>("9223372036854775808"), std::nullopt);
}

TEST(ParseTest, TakesOtherBases) {
  EXPECT_EQ(parse<unsigned>("ff", 16), 255U);
  EXPECT_EQ(parse<unsigned>("040", 8), 32U);
  EXPECT_EQ(parse<unsigned>("048", 8), std::nullopt);
}

// Goal: NaN and infinities are rejected, which std::from_chars accepts by name.
TEST(ParseTest, TakesFiniteFractionsOnly) {
  EXPECT_EQ(parse<double>("0.25"), 0.25);
  EXPECT_EQ(parse<double>("-1e3"), -1000);
  for (const char* wrong : {"", "nan", "inf", "-inf", "infinity", "1e999", "1,5", "0.5x", " 0.5", "."}) {
    EXPECT_EQ(parse<double>(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace ekiden::base
