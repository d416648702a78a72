#include <ekiden/runtime/random.hpp>

#include <gtest/gtest.h>

#include <set>

namespace ekiden::runtime {
namespace {

// Goal: the same seed gives the same numbers; another seed or stream gives others.
TEST(RandomTest, RepeatsByItsSeed) {
  Random one(7);
  Random same(7);
  Random other(8);
  EXPECT_EQ(one.next(), same.next());
  EXPECT_NE(one.next(), other.next());
  EXPECT_EQ(one.fork("network").next(), same.fork("network").next());
  EXPECT_NE(one.fork("network").next(), one.fork("disk").next());
}

// Goal: the distributions have the right bounds and means.
TEST(RandomTest, DistributionsKeepTheirBounds) {
  Random random(1);
  std::set<std::int64_t> seen;
  double sum = 0;
  int hits = 0;
  for (int i = 0; i < 10'000; ++i) {
    seen.insert(random.between(-2, 2));
    sum += random.uniform();
    hits += random.chance(0.25) ? 1 : 0;
  }
  EXPECT_EQ(seen, (std::set<std::int64_t>{-2, -1, 0, 1, 2}));
  EXPECT_NEAR(sum / 10'000, 0.5, 0.02);
  EXPECT_NEAR(hits, 2'500, 150);
  EXPECT_FALSE(random.chance(0));
  EXPECT_TRUE(random.chance(1));
  EXPECT_EQ(random.below(0), 0U);
}

// Goal: UUIDs have the form of version 4 and differ.
TEST(RandomTest, MakesVersionFourUuids) {
  Random random(1);
  const std::string uuid = random.uuid();
  EXPECT_EQ(uuid.size(), 36U);
  EXPECT_EQ(uuid[14], '4');
  EXPECT_NE(uuid, random.uuid());
}

}  // namespace
}  // namespace ekiden::runtime
