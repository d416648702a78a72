#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "dynamodb/api/errors.hpp"
#include "dynamodb/values/number.hpp"

namespace ekiden::local::dynamodb {
namespace {

std::string canonical(std::string_view text) { return Number::parse(text).to_text(); }

std::string refusal(std::string_view text) {
  try {
    Number::parse(text);
  } catch (const DynamoDbRefusal& refusal) {
    return refusal.message;
  }
  return "accepted";
}

// Goal: every notation of a number is stored in one format.
TEST(NumberTest, WritesPlainNotation) {
  EXPECT_EQ(canonical("0"), "0");
  EXPECT_EQ(canonical("-0.000"), "0");
  EXPECT_EQ(canonical("007"), "7");
  EXPECT_EQ(canonical("1.50"), "1.5");
  EXPECT_EQ(canonical("1e3"), "1000");
  EXPECT_EQ(canonical("-12.5E-4"), "-0.00125");
  EXPECT_EQ(canonical(".5"), "0.5");
  EXPECT_EQ(canonical("1E-130"), "0." + std::string(129, '0') + "1");
  EXPECT_EQ(canonical("9.9e125"), "99" + std::string(124, '0'));
  EXPECT_EQ(canonical(std::string(38, '9')), std::string(38, '9'));
  EXPECT_EQ(canonical("0e99999999999999999999"), "0");
}

// Goal: a number that DynamoDB cannot store is rejected in its words.
TEST(NumberTest, RefusesWhatDoesNotFit) {
  EXPECT_EQ(refusal(""), "The parameter cannot be converted to a numeric value");
  for (const char* text : {"abc", "1e", "1e+", "--1", " 1", "1.2.3", ".", "-", "0x10", "NaN", "1,5"}) {
    EXPECT_EQ(refusal(text), "The parameter cannot be converted to a numeric value: " + std::string(text));
  }
  EXPECT_EQ(refusal("1e126"),
            "Number overflow. Attempting to store a number with magnitude larger than supported range");
  EXPECT_EQ(refusal("-1e99999999999999999999"),
            "Number overflow. Attempting to store a number with magnitude larger than supported range");
  EXPECT_EQ(refusal("1e-131"),
            "Number underflow. Attempting to store a number with magnitude smaller than supported range");
  EXPECT_EQ(refusal("1" + std::string(37, '0') + "1"),
            "Attempting to store more than 38 significant digits in a Number");
}

// Goal: sums are exact for all signs and exponents.
TEST(NumberTest, AddsAndSubtractsExactly) {
  const auto sum = [](std::string_view a, std::string_view b) {
    return (Number::parse(a) + Number::parse(b)).to_text();
  };
  const auto difference = [](std::string_view a, std::string_view b) {
    return (Number::parse(a) - Number::parse(b)).to_text();
  };
  EXPECT_EQ(sum("0.1", "0.2"), "0.3");
  EXPECT_EQ(sum("999", "1"), "1000");
  EXPECT_EQ(sum("-5", "3"), "-2");
  EXPECT_EQ(sum("5", "-5"), "0");
  EXPECT_EQ(sum("1e20", "1e-10"), "100000000000000000000.0000000001");
  EXPECT_EQ(difference("1", "0.01"), "0.99");
  EXPECT_EQ(difference("3", "10"), "-7");
  EXPECT_EQ(difference("-3", "-10"), "7");
  EXPECT_EQ(difference("0", "1E-130"), "-0." + std::string(129, '0') + "1");
  EXPECT_EQ(sum("9e125", "0"), "9" + std::string(125, '0'));
  EXPECT_THROW(sum("9e125", "9e125"), DynamoDbRefusal);
  EXPECT_THROW(sum("1e40", "1"), DynamoDbRefusal) << "41 digits";
}

// Goal: encoded keys have the same order as the numbers. Method: compares every pair of a sorted list in both
// directions.
TEST(NumberTest, EncodesInOrder) {
  const std::vector<std::string> ordered{"-9.9e125", "-1e20", "-100",  "-99.9", "-10",   "-9",      "-1.5",
                                         "-1.49",    "-1",    "-0.11", "-0.1",  "-1e-9", "-1e-130", "0",
                                         "1e-130",   "1e-9",  "0.1",   "0.11",  "1",     "1.49",    "1.5",
                                         "9",        "10",    "99.9",  "100",   "1e20",  "9.9e125"};
  std::vector<std::string> encoded;
  for (const std::string& text : ordered) {
    Number::parse(text).append_sortable(encoded.emplace_back());
  }
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    for (std::size_t j = 0; j < ordered.size(); ++j) {
      EXPECT_EQ(encoded[i] < encoded[j], i < j) << ordered[i] << ' ' << ordered[j];
      EXPECT_EQ(Number::parse(ordered[i]) < Number::parse(ordered[j]), i < j) << ordered[i] << ' ' << ordered[j];
    }
  }
}

// Goal: the fast path for whole numbers accepts only texts that parsing would not change.
TEST(NumberTest, KnowsCanonicalIntegers) {
  for (const char* text : {"0", "7", "-7", "1000", "1479000000000"}) {
    EXPECT_TRUE(Number::is_canonical_integer(text)) << text;
    EXPECT_EQ(canonical(text), text);
  }
  for (const char* text : {"", "-", "-0", "007", "+7", "1.0", "1e3"}) {
    EXPECT_FALSE(Number::is_canonical_integer(text)) << text;
  }
}

}  // namespace
}  // namespace ekiden::local::dynamodb
