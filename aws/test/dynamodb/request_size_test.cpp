// How many bytes an item has in a request. The expected sizes are those of the text that is sent.
#include <ekiden/aws/dynamodb/request_size.hpp>
#include <ekiden/aws/dynamodb/value_json.hpp>

#include <gtest/gtest.h>

#include <string>

namespace ekiden::aws::dynamodb {
namespace {

constexpr std::size_t kLarge = 120'000;  // Its upper bound exceeds kBatchWriteShare, so it is counted exactly.

// The bytes of {"PutRequest":{"Item":{...}}} and a comma.
std::size_t sent_bytes(const Item& item) {
  base::JsonWriter json;
  json.begin_object().key("PutRequest").begin_object().key("Item");
  write(json, item);
  return json.end_object().end_object().text().size() + 1;
}

// Goal: the size of a large item counts escapes and Base64. Method: compare with the text that is sent. A comma is
// counted after each value, so the result may exceed it by one for each list, map and set.
TEST(RequestSizeTest, CountsTheBytesThatAreSent) {
  EXPECT_EQ(request_bytes({{"pk", std::string(160'000, '\x01')}}), 960'041U);
  for (const char fill : {'x', '"', '\n', '\x01', '\x1f', '\x7f', '\xc3'}) {
    const Item item{{"pk", std::string(kLarge, fill)}};
    EXPECT_EQ(request_bytes(item), sent_bytes(item) + 1) << static_cast<int>(fill);
  }
  for (const std::size_t extra : {0U, 1U, 2U}) {
    const Item binary{{"pk", "a"}, {"b", Binary{std::string(8 * kLarge + extra, '\0')}}};
    EXPECT_EQ(request_bytes(binary), sent_bytes(binary) + 1) << extra;
  }
}

// Goal: the result is never too low, for any type, small or large.
TEST(RequestSizeTest, IsNeverTooLow) {
  const std::string_view odd("\0\"\\\x01 a", 6);
  const Item small{{std::string(odd), nullptr},
                   {"bool", false},
                   {"text", odd},
                   {"number", Number{"-1.5e-7"}},
                   {"binary", Binary{std::string(odd)}},
                   {"list", List{1, "a", nullptr, List{}, Item{}}},
                   {"map", Item{{"a", Item{{"b", List{true}}}}}},
                   {"ss", StringSet{{"a", std::string(odd), ""}}},
                   {"ns", NumberSet{{"1", "2"}}},
                   {"bs", BinarySet{{"", "abcd"}}}};
  EXPECT_GE(request_bytes(small), sent_bytes(small));
  EXPECT_LE(request_bytes(small), kBatchWriteShare);
  Item large = small;
  large.set("filler", std::string(kLarge, '\x02'));
  EXPECT_GE(request_bytes(large), sent_bytes(large));
  EXPECT_LE(request_bytes(large), sent_bytes(large) + 10);
  EXPECT_GE(request_bytes({}), sent_bytes({}));
  // No byte of the size that DynamoDB stores, but megabytes in a request.
  const Item empty_texts{{"pk", StringSet{std::vector<std::string>(1'000'000)}}};
  EXPECT_GE(request_bytes(empty_texts), sent_bytes(empty_texts));
}

// Goal: the smallest batch that the fault was seen with does not pass as one request: 25 items of 160 KB.
TEST(RequestSizeTest, DividesABatchOfControlCharacters) {
  const Item item{{"pk", "a"}, {"text", std::string(160'000, '\x01')}};
  EXPECT_LT(25 * size_of(item), kBatchWriteBytesMax);
  EXPECT_GT(25 * request_bytes(item), kBatchWriteBytesMax);
  EXPECT_LE(16 * request_bytes(item), kBatchWriteBytesMax);
}

// Goal: only an answer that means the size is one.
TEST(RequestSizeTest, KnowsTheErrorsThatMeanTheSize) {
  const auto facts = [](int status, const char* code) {
    aws::Error::Facts made;
    made.http_status = status;
    made.code = code;
    return made;
  };
  EXPECT_TRUE(is_too_large(facts(413, "UnexpectedStatus")));
  EXPECT_TRUE(is_too_large(facts(400, "RequestEntityTooLarge")));
  EXPECT_TRUE(is_too_large(facts(413, "RequestEntityTooLargeException")));
  EXPECT_FALSE(is_too_large(facts(400, "ValidationException")));
  EXPECT_FALSE(is_too_large(facts(500, "InternalServerError")));
}

}  // namespace
}  // namespace ekiden::aws::dynamodb
