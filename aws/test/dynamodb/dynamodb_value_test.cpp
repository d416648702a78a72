// DynamoDB's values, and their JSON.
#include <ekiden/aws/dynamodb/value_json.hpp>

#include <gtest/gtest.h>

namespace ekiden::aws::dynamodb {
namespace {

Item every_type() {
  Item item;
  item.set("z", "text").set("a", 42).set("n", nullptr).set("t", true).set("b", Binary{std::string("\0\1", 2)});
  item.set("l", List{"x", Item{{"deep", AttributeValue::number(0.5)}}});
  item.set("ss", StringSet{{"a", "b"}}).set("ns", NumberSet{{"1", "2"}}).set("bs", BinarySet{{"f"}});
  return item;
}

std::string text_of(const Item& item) {
  base::JsonWriter json;
  write(json, item);
  return json.take();
}

std::string complaint(std::string_view text) {
  base::JsonDocument document;
  EXPECT_FALSE(document.parse(text));
  try {
    read_item(document.root());
  } catch (const ValueError& error) {
    return error.what();
  }
  return "none";
}

// Goal: all ten types are written in AWS's format and read back unchanged.
TEST(DynamoDbValueTest, SurvivesTheRoundTrip) {
  const std::string text = text_of(every_type());
  EXPECT_EQ(text,
            R"({"a":{"N":"42"},"b":{"B":"AAE="},"bs":{"BS":["Zg=="]},"l":{"L":[{"S":"x"},{"M":{"deep":{"N":"0.5"}}}]},)"
            R"("n":{"NULL":true},"ns":{"NS":["1","2"]},"ss":{"SS":["a","b"]},"t":{"BOOL":true},"z":{"S":"text"}})");
  base::JsonDocument document;
  ASSERT_FALSE(document.parse(text));
  EXPECT_EQ(read_item(document.root()), every_type());
}

// Goal: items with the same attributes are equal, in whatever order they were given.
TEST(DynamoDbValueTest, KeepsAttributesByName) {
  Item item{{"b", 1}, {"a", 2}, {"b", 3}};
  EXPECT_EQ(item, (Item{{"a", 2}, {"b", 3}}));
  EXPECT_EQ(item.find("b")->integer(), 3);
  EXPECT_EQ(item.find("c"), nullptr);
  EXPECT_TRUE(item.erase("a"));
  EXPECT_FALSE(item.erase("a"));
  EXPECT_EQ(item.size(), 1U);
  EXPECT_EQ(item.begin()->second.type(), "N");
}

// Goal: a number is written exactly: all digits of an integer, and the shortest text of a float or double.
TEST(DynamoDbValueTest, WritesNumbersExactly) {
  const auto text = [](const AttributeValue& value) { return *value.number_text(); };
  EXPECT_EQ(text(AttributeValue::number(0.1)), "0.1");
  EXPECT_EQ(text(AttributeValue::number(0.1F)), "0.1");
  EXPECT_EQ(text(AttributeValue::number(3)), "3");
  EXPECT_EQ(text(AttributeValue::number(UINT64_MAX)), "18446744073709551615");
  EXPECT_EQ(text(AttributeValue::number(std::int64_t{9007199254740993})), "9007199254740993");
  EXPECT_EQ(text(AttributeValue::number(std::int8_t{-7})), "-7");
  EXPECT_EQ(text(AttributeValue::number(1e125)), "1e+125");
}

// Goal: a value that is not an attribute value is rejected; the error describes its form, not its content.
TEST(DynamoDbValueTest, RefusesOtherShapes) {
  EXPECT_EQ(complaint("[]"), "an item must be an object of attribute values, but this is: array");
  EXPECT_EQ(complaint(R"({"a":"secret"})"),
            "an attribute value must be an object with exactly one member, named after the type");
  EXPECT_EQ(complaint(R"({"a":{}})"),
            "an attribute value must be an object with exactly one member, named after the type");
  EXPECT_EQ(complaint(R"({"a":{"S":"x","N":"1"}})"),
            "an attribute value must be an object with exactly one member, named after the type");
  EXPECT_EQ(complaint(R"({"a":{"N":42}})"), "the value of N is a number, not a string");
  EXPECT_EQ(complaint(R"({"a":{"B":"secret!"}})"), "the value of B is not Base64");
  EXPECT_EQ(complaint(R"({"a":{"X":1}})"),
            "an attribute value must have one of the types S, N, B, BOOL, NULL, L, M, SS, NS and BS");
}

// Goal: the size of an item is known before it is sent.
TEST(DynamoDbValueTest, CountsAsDynamoDbDoes) {
  EXPECT_EQ(size_of(Item{{"id", "abc"}}), 5U);
  EXPECT_EQ(size_of(Item{{"n", 1234}}), 4U);
  EXPECT_EQ(size_of(Item{{"l", List{"ab", true}}}), 1 + 3 + 3 + 2U);
  EXPECT_EQ(size_of(Item{{"m", Item{{"k", "v"}}}}), 1 + 3 + 1 + 2U);
  EXPECT_GT(size_of(Item{{"id", std::string(kItemBytesMax, 'x')}}), kItemBytesMax);
}

}  // namespace
}  // namespace ekiden::aws::dynamodb
