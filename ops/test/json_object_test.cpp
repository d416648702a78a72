#include "web/json_object.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ekiden::ops {
namespace {

// Goal: an answer that would break the JSON of the fleet's page is recognised.
TEST(TextTest, RecognisesWellFormedObjects) {
  for (const char* good : {"{}", " {\"a\":[1,-2.5e+3,true,null,\"\\u00e9\\n\"],\"b\":{}}\n", "{\"a\":0.1}"}) {
    EXPECT_TRUE(is_json_object(good)) << good;
  }
  const std::string deep(100, '[');
  const std::string nested = "{\"a\":" + deep + "}";
  for (const std::string_view bad :
       {std::string_view(""), std::string_view("[]"), std::string_view("{\"a\":1,}"), std::string_view("{a:1}"),
        std::string_view("{\"a\":01}"), std::string_view("{\"a\":1} x"), std::string_view("{\"a\":\"\n\"}"),
        std::string_view("{\"a\":\"\\x\"}"), std::string_view("{\"a\":nul}"), std::string_view("{\"a\":\"b"),
        std::string_view(nested)}) {
    EXPECT_FALSE(is_json_object(bad)) << bad;
  }
}

// Goal: the nesting of an object is limited to less than our parser allows, because readers of the answer can allow
// less.
TEST(TextTest, BoundsTheDepthOfAnObject) {
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth - 1, '[') + "1" + std::string(depth - 1, ']') + "}";
  };
  EXPECT_TRUE(is_json_object(nested(64)));
  EXPECT_FALSE(is_json_object(nested(65)));
}

}  // namespace
}  // namespace ekiden::ops
