#include "receive/message_age.hpp"

#include <gtest/gtest.h>

namespace ekiden::worker {
namespace {

using namespace std::chrono_literals;

constexpr runtime::WallTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 12 / 19}};

// Goal: an age is the time since the stamp.
TEST(MessageAgeTest, CountsFromTheStamp) {
  EXPECT_EQ(message_age(kNow - 1500ms, kNow), std::optional(1.5s));
  EXPECT_EQ(message_age(kNow - 336h, kNow), std::optional(336h));
}

// Goal: a stamp from the future, because clocks differ, gives 0. Regression: a sum of -36,000 s.
TEST(MessageAgeTest, IsNeverNegative) {
  EXPECT_EQ(message_age(kNow + 1ms, kNow), std::optional(0s));
  EXPECT_EQ(message_age(kNow + 10h, kNow), std::optional(0s));
}

// Goal: a message without a stamp, or with one that no message can have, has no age. Regression: 56 years.
TEST(MessageAgeTest, IsUnknownWithoutARealStamp) {
  EXPECT_EQ(message_age({}, kNow), std::nullopt);
  EXPECT_EQ(message_age(runtime::WallTime(1ms), kNow), std::nullopt);
  EXPECT_EQ(message_age(kNow - 361h, kNow), std::nullopt);
}

}  // namespace
}  // namespace ekiden::worker
