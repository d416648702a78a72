#include "send/news.hpp"

#include <gtest/gtest.h>

namespace ekiden::cli {
namespace {

// Goal: every message has the documented fields and exactly 300 bytes. Method: the first, the last and one between.
TEST(NewsTest, FillsTheBodyToThreeHundredBytes) {
  for (const std::int64_t i : {std::int64_t{1}, std::int64_t{4711}, kNewsMax}) {
    EXPECT_EQ(news_body(make_news(i)).size(), 300U) << i;
  }
  const std::string body = news_body(make_news(1));
  EXPECT_TRUE(body.starts_with(R"({"user_id":"u0000001","news_id":"n0001","title":")"));
  EXPECT_TRUE(body.ends_with(R"(","published_at":"2016-12-19T00:00:00Z"})"));
  EXPECT_EQ(make_news(4711).user_id, "u0004711");
}

}  // namespace
}  // namespace ekiden::cli
