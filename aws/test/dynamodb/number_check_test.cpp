// Which numbers DynamoDB can store. The limits are those of the DynamoDB Developer Guide.
#include <ekiden/aws/dynamodb/number_check.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace ekiden::aws::dynamodb {
namespace {

std::string fault(const Item& item) {
  try {
    check_numbers(item);
    return "none";
  } catch (const NumberError& error) {
    return error.what();
  }
}
std::string fault(std::string text) { return fault(Item{{"n", Number{std::move(text)}}}); }

const std::string kNines(38, '9');

// Goal: every number that DynamoDB stores is accepted, however it is written.
TEST(NumberCheckTest, AcceptsWhatDynamoDbStores) {
  for (const std::string& text : {std::string("0"),
                                  std::string("-0"),
                                  std::string("+1"),
                                  std::string("007"),
                                  std::string("1.50"),
                                  std::string(".5"),
                                  std::string("5."),
                                  std::string("1e3"),
                                  std::string("1E+125"),
                                  std::string("-1E-130"),
                                  std::string("9.9999999999999999999999999999999999999E+125"),
                                  std::string("-9.9999999999999999999999999999999999999E+125"),
                                  kNines,
                                  "-" + kNines,
                                  "000" + kNines + "000",
                                  "0." + kNines,
                                  "0.00" + kNines,
                                  std::string("0e999999"),
                                  std::string("0.0e-999999"),
                                  "1" + std::string(125, '0'),
                                  "0." + std::string(129, '0') + "1",
                                  std::string("0.1e126"),
                                  std::string("100e-132")}) {
    EXPECT_EQ(fault(text), "none") << text;
  }
}

// Goal: a number outside of DynamoDB's range, or with too many digits, is rejected with its name.
TEST(NumberCheckTest, RefusesWhatDoesNotFit) {
  const std::string large =
      "n: the number is larger than 9.9999999999999999999999999999999999999E+125, the maximum of DynamoDB; put a "
      "string instead";
  const std::string small =
      "n: the number is closer to 0 than 1E-130, the minimum of DynamoDB; put 0 or a string instead";
  for (const std::string& text : {std::string("1e126"), std::string("-1e126"), std::string("10e125"),
                                  std::string("1e999"), "1" + std::string(126, '0'), std::string("1e99999999999999")}) {
    EXPECT_EQ(fault(text), large) << text;
  }
  for (const std::string& text : {std::string("1e-131"), std::string("-9.9e-131"), std::string("0.1e-130"),
                                  "0." + std::string(130, '0') + "1", std::string("1e-99999999999999")}) {
    EXPECT_EQ(fault(text), small) << text;
  }
  EXPECT_EQ(fault("1" + std::string(37, '0') + "1"),
            "n: the number has 39 significant digits, but DynamoDB stores at most 38; round it, or put a string "
            "instead");
  EXPECT_EQ(fault("0." + kNines + "1").substr(0, 40), "n: the number has 39 significant digits,");
}

// Goal: a text that is not a decimal number is rejected; the error does not contain it.
TEST(NumberCheckTest, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "-", "0x10", "1,5", "1.2.3", " 1", "1 ", "1e", "secret", "1_000", "\xEF\xBC\x91"}) {
    EXPECT_EQ(fault(text),
              "n: the number is not a decimal number such as -1.5e3, the only kind that DynamoDB stores; write it so")
        << text;
  }
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double value : {kInfinity, -kInfinity, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(fault(Item{{"n", AttributeValue::number(value)}}),
              "n: the number is infinite or not a number (NaN), which DynamoDB cannot store; put a finite number");
  }
}

// Goal: numbers are found at any depth, and the path leads to them.
TEST(NumberCheckTest, NamesThePath) {
  const auto path = [](const Item& item) {
    const std::string text = fault(item);
    return text.substr(0, text.find(':'));
  };
  const Number bad{"inf"};
  EXPECT_EQ(path({{"a", 1}, {"m", Item{{"k", Item{{"n", bad}}}}}}), "m.k.n");
  EXPECT_EQ(path({{"l", List{1, "inf", Item{{"n", List{2, bad}}}}}}), "l[2].n[1]");
  EXPECT_EQ(path({{"ns", NumberSet{{"1", "inf"}}}}), "ns[1]");
  EXPECT_EQ(path({{"s", "inf"}, {"ss", StringSet{{"inf"}}}, {"b", Binary{"inf"}}}), "none");
}

}  // namespace
}  // namespace ekiden::aws::dynamodb
