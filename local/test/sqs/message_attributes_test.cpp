#include "sqs/api/message_attributes.hpp"

#include <ekiden/base/hex.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "text.hpp"

namespace ekiden::local::sqs {
namespace {

std::string digest(const std::vector<MessageAttribute>& attributes) { return base::to_hex(md5(encode(attributes))); }

MessageAttribute text(std::string_view name, std::string_view type, std::string_view value) {
  return {.name = name, .type = type, .value = value, .binary = false};
}

MessageAttribute binary(std::string_view name, std::string_view type, std::string_view value) {
  return {.name = name, .type = type, .value = value, .binary = true};
}

// Goal: clients that verify MD5OfMessageAttributes accept it. Expected values: from an answer of AWS, and from other
// servers.
TEST(MessageAttributesTest, DigestsAsAwsDoes) {
  EXPECT_EQ(digest({text("Foo", "String", "Bar")}), "ae7155c6026991b6d54b11589678bf9c");
  EXPECT_EQ(digest({text("a", "String", "v")}), "a18cbb58171ebf4ce88d9fb787f9210b");
  EXPECT_EQ(digest({text("n", "Number", "42")}), "30e7543857de47826ea2a48bbec32fd7");
  EXPECT_EQ(digest({binary("b", "Binary", std::string_view("\0\1\2", 3))}), "0911ac989fa4a4b3440f074ba9941547");
  EXPECT_EQ(digest({text("z", "String.custom", "ü"), text("A", "Number", "1.5"),
                    binary("m", "Binary.png", std::string_view("\xff\0", 2))}),
            "29f860e5ada5e66e1562a47efde8aea7");
  EXPECT_EQ(digest({text("timestamp", "Number.java.lang.Long", "1493147359900")}), "2e2e4876d8e0bd6b8c2c8f556831c349");
  EXPECT_EQ(base::to_hex(md5("café")), "07117fe4a1ebd544965dc19573183da2");
}

// Goal: stored attributes are returned unchanged, sorted by name.
TEST(MessageAttributesTest, DecodesWhatItEncoded) {
  const std::string encoded = encode({text("b", "String", "two"), binary("a", "Binary", "one")});
  const std::vector<MessageAttribute> decoded = decode(encoded);
  ASSERT_EQ(decoded.size(), 2U);
  EXPECT_EQ(decoded[0].name, "a");
  EXPECT_EQ(decoded[0].value, "one");
  EXPECT_TRUE(decoded[0].binary);
  EXPECT_EQ(decoded[1].type, "String");
  EXPECT_FALSE(decoded[1].binary);
  EXPECT_EQ(decode(encoded.substr(0, encoded.size() - 2)).size(), 2U) << "a truncated text must not be overrun";
}

// Goal: a receive returns only the requested attributes. Method: exact names, prefixes, all.
TEST(MessageAttributesTest, ChoosesWhatIsAskedFor) {
  const std::string encoded =
      encode({text("app.id", "String", "1"), text("app.name", "String", "2"), text("other", "String", "3")});
  EXPECT_EQ(decode(choose(encoded, {"other"})).size(), 1U);
  EXPECT_EQ(decode(choose(encoded, {"app.*"})).size(), 2U);
  EXPECT_EQ(choose(encoded, {".*"}), encoded);
  EXPECT_EQ(choose(encoded, {"All"}), encoded);
  EXPECT_EQ(choose(encoded, {"nothing"}), "");
}

// Goal: a violation of each rule for attributes is rejected.
TEST(MessageAttributesTest, RefusesWhatAwsRefuses) {
  const auto refused = [](const MessageAttribute& attribute) { return refusal_of({attribute}).has_value(); };
  EXPECT_FALSE(refused(text("ok-1_2.x", "Number.int", "-1.5e3")));
  EXPECT_TRUE(refused(text("", "String", "v")));
  EXPECT_TRUE(refused(text("AWS.x", "String", "v")));
  EXPECT_TRUE(refused(text("sp ace", "String", "v")));
  EXPECT_TRUE(refused(text("a", "Text", "v")));
  EXPECT_TRUE(refused(text("a", "String", "")));
  EXPECT_TRUE(refused(text("a", "Number", "four")));
  EXPECT_TRUE(refused(text("a", "Number", "nan")));
  EXPECT_TRUE(refused(text("a", "Binary", "given as text")));
  EXPECT_TRUE(refusal_of({text("a", "String", "1"), text("a", "String", "2")}).has_value());
  EXPECT_TRUE(refusal_of(std::vector<MessageAttribute>(11, text("a", "String", "1"))).has_value());
}

}  // namespace
}  // namespace ekiden::local::sqs
