#include "terminal/terminal.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "terminal/format.hpp"

namespace ekiden::cli {
namespace {

// Goal: a bar is filled in proportion, and always has the given width.
TEST(TerminalTest, DrawsBars) {
  EXPECT_EQ(bar(0, 10, 4, true), "    ");
  EXPECT_EQ(bar(5, 10, 4, true), "##  ");
  EXPECT_EQ(bar(10, 10, 4, false), "████");
  EXPECT_EQ(bar(1, 8, 1, false), "▏");
  EXPECT_EQ(columns_of(bar(1, 3, 10, false)), 10U);
  EXPECT_EQ(bar(20, 10, 3, true), "###") << "more than the total fills the bar";
}

// Goal: figures are formatted for people.
TEST(TerminalTest, WritesFigures) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(10'000), "10,000");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(short_time(6.1e-6), "6.1 us");
  EXPECT_EQ(short_time(0.0034), "3.4 ms");
  EXPECT_EQ(bytes_text(14'200'000), "14 MB");
}

// Goal: decimals in JSON are readable, and every measured value results in valid JSON.
TEST(TerminalTest, WritesDecimals) {
  EXPECT_EQ(json_decimal(0.32), "0.32");
  EXPECT_EQ(json_decimal(31'250), "31250");
  EXPECT_EQ(json_decimal(-0.0000012), "-0.000001");
  EXPECT_EQ(json_decimal(1e15), "1000000000000000");
  EXPECT_EQ(json_decimal(std::numeric_limits<double>::infinity()), "null");
}

}  // namespace
}  // namespace ekiden::cli
