#include <ekiden/worker/decode.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <gtest/gtest.h>

#include <string>

namespace ekiden::worker {
namespace {

enum class Size { kSmall, kLarge };
BOOST_DESCRIBE_ENUM(Size, kSmall, kLarge)

struct Parcel {
  std::int32_t weight = 0;
  double price = 0;
  bool express = false;
};
BOOST_DESCRIBE_STRUCT(Parcel, (), (weight, price, express))

struct Base {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(Base, (), (id))

struct Order : Base {
  std::vector<Parcel> parcels;
  std::optional<std::string> note;
  std::string currency = "EUR";
  Size size = Size::kSmall;
  std::uint8_t priority = 3;
};
BOOST_DESCRIBE_STRUCT(Order, (Base), (parcels, note, currency, size, priority))

struct Shipment {
  Parcel parcel;
};
BOOST_DESCRIBE_STRUCT(Shipment, (), (parcel))

template <typename T = Order>
std::string error_of(std::string_view text) {
  try {
    decode<T>(text);
  } catch (const DecodeError& error) {
    return error.what();
  }
  return "decoded";
}

// Goal: base classes, nested structs, enums and numbers decode. Unknown keys are ignored. Members with a default and
// std::optional members can be absent.
TEST(DecodeTest, FillsWhatIsThereAndKeepsWhatIsNot) {
  const auto order = decode<Order>(
      R"({"id":"o-1","parcels":[{"weight":7,"price":1.5,"express":true}],"size":"kLarge","colour":{"unknown":[1]}})");
  EXPECT_EQ(order.id, "o-1");
  ASSERT_EQ(order.parcels.size(), 1U);
  EXPECT_EQ(order.parcels[0].weight, 7);
  EXPECT_TRUE(order.parcels[0].express);
  EXPECT_EQ(order.note, std::nullopt);
  EXPECT_EQ(order.currency, "EUR");
  EXPECT_EQ(order.size, Size::kLarge);
  EXPECT_EQ(order.priority, 3);
}

// Goal: an error names the path, what was expected and what was found. It never contains a value, which can be secret.
TEST(DecodeTest, SaysWhereAndWhatButNeverTheValue) {
  EXPECT_EQ(error_of(R"({"id":"o","size":"kSmall","parcels":[{"weight":1,"price":1,"express":true},{"weight":"x"}]})"),
            "parcels[1].weight: expected a number, found a string");
  EXPECT_EQ(error_of(R"({"id":5,"size":"kSmall","parcels":[]})"), "id: expected a string, found a number");
  EXPECT_EQ(
      error_of(R"({"parcels":[],"size":"kSmall"})"),
      "id: expected a value, found nothing; send it, or make the member optional: std::optional, or a default value "
      "that is not 0, false or empty");
  EXPECT_EQ(error_of<Shipment>("{}"),
            "parcel: expected a value, found nothing; send it, or make the member optional: std::optional");
  EXPECT_EQ(error_of(R"({"id":"o","parcels":[],"size":"kHuge"})"),
            "size: expected one of the enum's names, found a string");
  EXPECT_EQ(error_of(R"({"id":"o","parcels":[],"size":"kSmall","priority":256})"),
            "priority: expected an unsigned integer of 8 bits, found a number that is out of range or has a fraction");
  EXPECT_EQ(error_of(R"([1])"), "the body: expected an object, found an array");
  EXPECT_EQ(error_of("").rfind("the body is not JSON: ", 0), 0U);
  EXPECT_EQ(error_of(R"({"id":"secret)").find("secret"), std::string::npos);
}

// Goal: very deep nesting is rejected before it can exhaust the stack.
TEST(DecodeTest, RefusesDeepNesting) {
  EXPECT_EQ(error_of(std::string(100'000, '[')).rfind("the body is not JSON: ", 0), 0U);
}

}  // namespace
}  // namespace ekiden::worker
