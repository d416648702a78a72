// Numbers on their way from a body through a struct into an item. None is changed silently, and none that DynamoDB
// cannot hold gets into an item.
#include <ekiden/runtime/random.hpp>
#include <ekiden/worker/encode.hpp>

#include <boost/describe/class.hpp>
#include <gtest/gtest.h>

#include <bit>
#include <clocale>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace ekiden::worker {
namespace {

template <typename T>
struct Holder {
  T n{};
};
BOOST_DESCRIBE_STRUCT(Holder<double>, (), (n))
BOOST_DESCRIBE_STRUCT(Holder<float>, (), (n))
BOOST_DESCRIBE_STRUCT(Holder<std::int8_t>, (), (n))
BOOST_DESCRIBE_STRUCT(Holder<std::uint8_t>, (), (n))
BOOST_DESCRIBE_STRUCT(Holder<std::int16_t>, (), (n))
BOOST_DESCRIBE_STRUCT(Holder<std::uint16_t>, (), (n))
BOOST_DESCRIBE_STRUCT(Holder<std::int32_t>, (), (n))
BOOST_DESCRIBE_STRUCT(Holder<std::uint32_t>, (), (n))
BOOST_DESCRIBE_STRUCT(Holder<std::int64_t>, (), (n))
BOOST_DESCRIBE_STRUCT(Holder<std::uint64_t>, (), (n))
BOOST_DESCRIBE_STRUCT(Holder<bool>, (), (n))
BOOST_DESCRIBE_STRUCT(Holder<std::optional<float>>, (), (n))
BOOST_DESCRIBE_STRUCT(Holder<std::vector<double>>, (), (n))

struct Line {
  double price = 1;
};
BOOST_DESCRIBE_STRUCT(Line, (), (price))
struct Order {
  std::vector<Line> lines;
  std::optional<float> rate;
};
BOOST_DESCRIBE_STRUCT(Order, (), (lines, rate))

template <typename T>
T decoded(const std::string& json) {
  return decode<Holder<T>>(R"({"n":)" + json + "}").n;
}

// The sentence with which decode() or encode() rejects the number; "stored as ..." if none does.
template <typename T>
std::string fate(const std::string& json) {
  try {
    const aws::dynamodb::Item item = encode(decode<Holder<T>>(R"({"n":)" + json + "}"));
    const auto* const value = item.find("n");
    return "stored as " + (value != nullptr && value->number_text() != nullptr ? *value->number_text() : "no number");
  } catch (const std::exception& error) {
    return error.what();
  }
}

template <typename T>
std::string encoded(T value) {
  return *encode(Holder<T>{value}).find("n")->number_text();
}

template <typename T>
std::string refusal(const T& value) {
  try {
    encode(value);
    return "encoded";
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

// Goal: an integer that its member cannot hold is rejected with the member's name; the limits themselves are accepted.
TEST(NumberTest, IntegersFitOrAreRejected) {
  EXPECT_EQ(decoded<std::int8_t>("127"), 127);
  EXPECT_EQ(decoded<std::int8_t>("-128"), -128);
  EXPECT_EQ(decoded<std::uint8_t>("255"), 255);
  EXPECT_EQ(decoded<std::int64_t>("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(decoded<std::int64_t>("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(decoded<std::uint64_t>("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(decoded<std::uint64_t>("-0"), 0U);
  const std::string other = ", found a number that is out of range or has a fraction";
  for (const char* text : {"128", "-129", "1.5", "1.0", "1e1", "1e999", "-1e999", "1e-999", "99999999999999999999"}) {
    EXPECT_EQ(fate<std::int8_t>(text), "n: expected an integer of 8 bits" + other) << text;
  }
  EXPECT_EQ(fate<std::uint8_t>("256"), "n: expected an unsigned integer of 8 bits" + other);
  EXPECT_EQ(fate<std::uint8_t>("-1"), "n: expected an unsigned integer of 8 bits" + other);
  EXPECT_EQ(fate<std::int16_t>("32768"), "n: expected an integer of 16 bits" + other);
  EXPECT_EQ(fate<std::uint16_t>("65536"), "n: expected an unsigned integer of 16 bits" + other);
  EXPECT_EQ(fate<std::int32_t>("2147483648"), "n: expected an integer of 32 bits" + other);
  EXPECT_EQ(fate<std::uint32_t>("4294967296"), "n: expected an unsigned integer of 32 bits" + other);
  EXPECT_EQ(fate<std::int64_t>("9223372036854775808"), "n: expected an integer of 64 bits" + other);
  EXPECT_EQ(fate<std::uint64_t>("18446744073709551616"), "n: expected an unsigned integer of 64 bits" + other);
}

// Goal: nothing else becomes a number, and a number becomes nothing else.
TEST(NumberTest, OtherTypesAreNotConverted) {
  EXPECT_EQ(fate<double>("\"1\""), "n: expected a number, found a string");
  EXPECT_EQ(fate<std::int32_t>("true"), "n: expected a number, found a boolean");
  EXPECT_EQ(fate<bool>("1"), "n: expected a boolean, found a number");
  for (const char* text : {"NaN", "Infinity", "-Infinity", "inf", "0x10", "01", "+1", ".5", "5.", "1,5", "1e", "--1"}) {
    EXPECT_TRUE(fate<double>(text).starts_with("the body is not JSON: ")) << text;
  }
}

// Goal: a number that is too large for a double or a float is rejected with its member's path, wherever it is.
TEST(NumberTest, WhatIsTooLargeIsRejected) {
  const std::string is_double = ": expected a number that fits into a double, found a number that is out of range";
  const std::string is_float = ": expected a number that fits into a float, found a number that is out of range";
  const std::string nines(400, '9');
  for (const std::string& text : {std::string("1e999"), std::string("-1e999"), std::string("1.8e308"), nines,
                                  "-" + nines, nines + ".5", std::string("1e99999999999999999999")}) {
    EXPECT_EQ(fate<double>(text), "n" + is_double) << text;
    EXPECT_EQ(fate<float>(text), "n" + is_float) << text;
  }
  EXPECT_EQ(fate<float>("3.4028236e38"), "n" + is_float);
  EXPECT_EQ(fate<float>("1e39"), "n" + is_float);
  EXPECT_EQ(fate<float>("-1e300"), "n" + is_float);
  EXPECT_EQ(decoded<float>("3.4028235e38"), std::numeric_limits<float>::max());
  EXPECT_EQ(decoded<double>("1.7976931348623157e308"), std::numeric_limits<double>::max());
  EXPECT_EQ(fate<std::optional<float>>("1e39"), "n" + is_float);
  EXPECT_EQ(fate<std::vector<double>>("[1,2,1e999]"), "n[2]" + is_double);
}

// Goal: a decimal becomes the nearest value of its member's type, however it is written.
TEST(NumberTest, ADecimalBecomesTheNearestValue) {
  EXPECT_EQ(decoded<double>("0.1"), 0.1);
  EXPECT_EQ(decoded<float>("0.1"), 0.1F);
  EXPECT_EQ(decoded<double>("1e3"), 1000);
  EXPECT_EQ(decoded<double>("9007199254740993"), 9007199254740992);
  EXPECT_EQ(decoded<double>("123456789012345678901234567890"), 123456789012345678901234567890.0);
  EXPECT_EQ(decoded<double>("5e-324"), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(decoded<double>("1e-999"), 0);
  EXPECT_EQ(decoded<float>("1e-46"), 0);
  EXPECT_EQ(decoded<double>("0e99999999999999999999"), 0);
  EXPECT_EQ(decoded<double>("0." + std::string(400, '0') + "1e401"), 1);
  // If the double is rounded to a float, both of these become the other neighbour.
  EXPECT_EQ(decoded<float>("1.000000059604644775390625000000000001"), std::nextafter(1.0F, 2.0F));
  EXPECT_EQ(decoded<float>("9007199791611905"), 9007200328482816.0F);
  EXPECT_EQ(decoded<float>("18446744073709551615"), 18446744073709551616.0F);
}

// Goal: the process's locale changes no number. Method: a locale with a decimal comma, if the system has one.
TEST(NumberTest, TheLocaleDoesNotMatter) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "C.UTF-8"}) {
    if (std::setlocale(LC_ALL, name) != nullptr) {
      break;
    }
  }
  EXPECT_EQ(decoded<double>("1.5"), 1.5);
  EXPECT_EQ(decoded<double>("1.5e-400"), 0);
  EXPECT_EQ(encoded(1.5), "1.5");
  std::setlocale(LC_ALL, before.c_str());
}

// Goal: a number is written as the shortest text that reads back as the same value of its type.
TEST(NumberTest, IsWrittenAsTheShortestText) {
  EXPECT_EQ(encoded(0.1), "0.1");
  EXPECT_EQ(encoded(0.1F), "0.1");
  EXPECT_EQ(encoded(16777216.0F), "16777216");
  EXPECT_EQ(encoded(3.4028235e38F), "3.4028235e+38");
  EXPECT_EQ(encoded(0.30000000000000004), "0.30000000000000004");
  EXPECT_EQ(encoded(1e22), "1e+22");
  EXPECT_EQ(encoded(-2.5), "-2.5");
  EXPECT_EQ(encoded(UINT64_MAX), "18446744073709551615");
  EXPECT_EQ(encoded(INT64_MIN), "-9223372036854775808");
  EXPECT_EQ(encoded(std::int8_t{-128}), "-128");
  EXPECT_EQ(encoded(std::uint8_t{65}), "65");
  runtime::Random random(7);
  for (int i = 0; i < 20'000; ++i) {
    const auto bits = random.next();
    const auto value = std::bit_cast<double>(bits);
    if (std::isfinite(value) && std::abs(value) < 1e126 && std::abs(value) > 1e-130) {
      EXPECT_EQ(std::bit_cast<std::uint64_t>(decoded<double>(encoded(value))), bits);
    }
    const auto small = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    if (std::isfinite(small) && small != 0) {
      EXPECT_EQ(std::bit_cast<std::uint32_t>(decoded<float>(encoded(small))), static_cast<std::uint32_t>(bits));
      EXPECT_LE(encoded(small).size(), 16U);
    }
  }
}

// Goal: what DynamoDB cannot hold gets into no item: infinities, NaN, magnitudes above 9.99e125 and below 1e-130. The
// error names the member and what is wrong, never the value.
TEST(NumberTest, WhatDynamoDbCannotHoldIsNotEncoded) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::string not_finite = "the number is infinite or not a number (NaN), which DynamoDB cannot store";
  const std::string too_large = "the number is larger than 9.9999999999999999999999999999999999999E+125";
  const std::string too_small = "the number is closer to 0 than 1E-130";
  for (const double value : {kInfinity, -kInfinity, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_TRUE(refusal(Holder<double>{value}).starts_with("n: " + not_finite)) << refusal(Holder<double>{value});
    EXPECT_TRUE(refusal(Holder<float>{static_cast<float>(value)}).starts_with("n: " + not_finite));
  }
  for (const double value : {1e126, -1e126, std::numeric_limits<double>::max()}) {
    EXPECT_TRUE(refusal(Holder<double>{value}).starts_with("n: " + too_large)) << value;
  }
  for (const double value : {9.9e-131, -1e-131, 5e-324}) {
    EXPECT_TRUE(refusal(Holder<double>{value}).starts_with("n: " + too_small)) << value;
  }
  for (const double value : {9.99999999999999e125, -9.99999999999999e125, 1e-130, -1e-130, 0.0, -0.0}) {
    EXPECT_EQ(refusal(Holder<double>{value}), "encoded") << value;
  }
  EXPECT_TRUE(refusal(Order{{{1}, {kInfinity}}, 1}).starts_with("lines[1].price: " + not_finite));
  EXPECT_TRUE(refusal(Order{{}, std::numeric_limits<float>::infinity()}).starts_with("rate: " + not_finite));
  EXPECT_TRUE(fate<double>("1e300").starts_with("n: " + too_large)) << fate<double>("1e300");
}

}  // namespace
}  // namespace ekiden::worker
