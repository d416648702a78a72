#include <ekiden/base/decimal.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace ekiden::base {
namespace {

std::string canonical(std::string_view text) {
  std::string out;
  append_canonical_decimal(out, text);
  return out;
}

// Goal: sign, number of digits and exponent are exact, wherever the point and the zeros are.
TEST(DecimalTest, ReadsWhatTheTextSays) {
  EXPECT_EQ(read_decimal("7"), (Decimal{false, 1, 0}));
  EXPECT_EQ(read_decimal("-125"), (Decimal{true, 3, 2}));
  EXPECT_EQ(read_decimal("+1000"), (Decimal{false, 1, 3}));
  EXPECT_EQ(read_decimal("00012.50"), (Decimal{false, 3, 1}));
  EXPECT_EQ(read_decimal("0.00120"), (Decimal{false, 2, -3}));
  EXPECT_EQ(read_decimal("100.001"), (Decimal{false, 6, 2}));
  EXPECT_EQ(read_decimal(".5"), (Decimal{false, 1, -1}));
  EXPECT_EQ(read_decimal("5."), (Decimal{false, 1, 0}));
  EXPECT_EQ(read_decimal("-12.5e-3"), (Decimal{true, 3, -2}));
  EXPECT_EQ(read_decimal("9.9999999999999999999999999999999999999E+125"), (Decimal{false, 38, 125}));
  EXPECT_EQ(read_decimal("0.1e126"), (Decimal{false, 1, 125}));
  EXPECT_EQ(read_decimal("1e99999999999999999999"), (Decimal{false, 1, kDecimalExponentMax}));
  for (const char* zero : {"0", "-0", "0.00", "0e5", "-0.0e-99999999999", "000"}) {
    EXPECT_EQ(read_decimal(zero), Decimal{}) << zero;
  }
}

// Goal: only decimal numbers are accepted, and only as a whole.
TEST(DecimalTest, RefusesOtherTexts) {
  for (const char* text :
       {"",   "-",  "+",   ".",   "-.",  "e5",  ".e5", "1e",   "1e+",      "1e5.0", "1.2.3", "1..2", "--1", "1-",
        " 1", "1 ", "1,5", "0x1", "NaN", "nan", "inf", "-inf", "Infinity", "1_000", "1e5e",  "１",   "1\n"}) {
    EXPECT_EQ(read_decimal(text), std::nullopt) << text;
  }
  EXPECT_EQ(read_decimal(std::string_view("1\0", 2)), std::nullopt);
}

// Goal: two texts have the same canonical text exactly if they are the same number.
TEST(DecimalTest, TheCanonicalTextIsThatOfTheNumber) {
  for (const char* text : {"1.0", "+1", "100e-2", "0.001E3", "01"}) {
    EXPECT_EQ(canonical(text), canonical("1")) << text;
  }
  for (const char* text : {"-1", "10", "1.01", "0.1", "11", "1e1"}) {
    EXPECT_NE(canonical(text), canonical("1")) << text;
  }
  EXPECT_EQ(canonical("1e5"), canonical("100000"));
  EXPECT_EQ(canonical("-0"), canonical("0.000"));
  EXPECT_NE(canonical("1.5"), canonical("15"));
  EXPECT_EQ(canonical("inf"), "inf");
}

// Goal: a number that is too large for the type is nothing; one that is too small is 0 with its sign.
TEST(DecimalTest, TheNearestValueIsFinite) {
  EXPECT_EQ(nearest<double>("1e308"), 1e308);
  EXPECT_EQ(nearest<double>("1e309"), std::nullopt);
  EXPECT_EQ(nearest<double>("-1e999999999999"), std::nullopt);
  EXPECT_EQ(nearest<double>("1e-999999999999"), 0);
  EXPECT_EQ(nearest<double>("-1e-400"), 0);
  EXPECT_TRUE(std::signbit(*nearest<double>("-1e-400")));
  EXPECT_EQ(nearest<double>("4.9e-324"), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(nearest<float>("1e38"), 1e38F);
  EXPECT_EQ(nearest<float>("1e39"), std::nullopt);
  EXPECT_EQ(nearest<float>("1e-50"), 0);
  EXPECT_EQ(nearest<float>("1e-45"), std::numeric_limits<float>::denorm_min());
  EXPECT_EQ(nearest<double>("inf"), std::nullopt);
  EXPECT_EQ(nearest<double>(std::string(1000, '9')), std::nullopt);
  EXPECT_EQ(nearest<double>("0." + std::string(1000, '0') + "1"), 0);
}

}  // namespace
}  // namespace ekiden::base
