#include <ekiden/local/options.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "front/latency.hpp"

namespace ekiden::local {
namespace {

using ::testing::HasSubstr;

std::string refusal(std::string_view faults) {
  try {
    Faults::parse(faults);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

// Goal: each fault is parsed, alone and in a list.
TEST(FaultsTest, ParsesRates) {
  const Faults faults = Faults::parse("throttle=0.01,error=0.02,drop=0.03,partial=0.5,unprocessed=1,unavailable=0.25");
  EXPECT_EQ(faults.throttle, 0.01);
  EXPECT_EQ(faults.error, 0.02);
  EXPECT_EQ(faults.drop, 0.03);
  EXPECT_EQ(faults.partial, 0.5);
  EXPECT_EQ(faults.unprocessed, 1);
  EXPECT_EQ(faults.unavailable, 0.25);
  EXPECT_EQ(Faults::parse("").throttle, 0);
}

// Goal: an invalid text is rejected with the allowed values.
TEST(FaultsTest, NamesTheSixFaults) {
  for (const char* text :
       {"trottle=0.1", "throttle", "throttle=", "throttle=2", "throttle=-0.1", "drop=0.1,,", "drop=nan"}) {
    EXPECT_THAT(refusal(text), HasSubstr("unavailable, throttle, error, drop, partial, unprocessed")) << text;
  }
  EXPECT_THROW(parse_latency("osaka"), std::invalid_argument);
}

// Goal: the latency profile has the percentiles that it should have. Method: 20,000 draws.
TEST(LatencyTest, HasTheClaimedPercentiles) {
  runtime::Random random(1);
  std::vector<double> sqs;
  for (int i = 0; i < 20'000; ++i) {
    const auto time = draw_latency(Latency::kTokyo, Endpoint::kSqs, "SendMessage", random);
    sqs.push_back(std::chrono::duration<double, std::milli>(time).count());
  }
  std::sort(sqs.begin(), sqs.end());
  EXPECT_NEAR(sqs[10'000], 10.0, 0.5);
  EXPECT_NEAR(sqs[19'800], 71.0, 8.0);
  EXPECT_GT(sqs.back(), 250.0);
  EXPECT_EQ(draw_latency(Latency::kNone, Endpoint::kSqs, "SendMessage", random).count(), 0);
}

}  // namespace
}  // namespace ekiden::local
