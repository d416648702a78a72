// When the patience of a request ends.
#include <ekiden/http/patience.hpp>

#include <gtest/gtest.h>

namespace ekiden::http {
namespace {

using namespace std::chrono_literals;

class PatienceTest : public testing::Test {
 protected:
  // How long the patience lasts from now on, if nothing moves.
  runtime::Duration left() const { return watch.due() - now; }
  void pass(runtime::Duration time) { now += time; }

  static constexpr Patience kPatience{.connect = {}, .first_byte = 50s, .silence = 5s};
  runtime::TimePoint now = runtime::TimePoint(1h);
  SilenceWatch watch;
};

// Goal: each phase has its own limit, which counts from the last byte.
TEST_F(PatienceTest, CountsSilenceInEachPhase) {
  watch.start(kPatience, now);
  EXPECT_EQ(left(), 5s);
  pass(4s);
  watch.moved(100'000, now);
  EXPECT_EQ(left(), 5s);
  pass(1s);
  watch.sent(now);
  EXPECT_EQ(left(), 50s);
  EXPECT_TRUE(watch.awaits_answer());
  pass(49s);
  watch.answering(300, now);
  EXPECT_EQ(left(), 5s);
  EXPECT_FALSE(watch.awaits_answer());
}

// Goal: ten messages of 250 KB at 200 KB/s are never cut, nor are they at 2 KB/s. Method: a hundred times as long.
TEST_F(PatienceTest, DoesNotEndWhileBytesMove) {
  for (const std::uint64_t rate : {200'000U, 2'000U}) {
    watch.start(kPatience, now);
    watch.sent(now);
    watch.answering(300, now);
    for (std::uint64_t moved = 0; moved < 2'500'000; moved += rate) {
      pass(1s);
      ASSERT_GT(watch.due(), now) << moved;
      watch.moved(rate, now);
    }
  }
}

// Goal: one byte in 5 s cannot hold a request forever: it ends a minute after the first byte.
TEST_F(PatienceTest, EndsAnAnswerThatTrickles) {
  watch.start(kPatience, now);
  watch.sent(now);
  watch.answering(1, now);
  const runtime::TimePoint began = now;
  int bytes = 1;
  while (watch.due() > now) {
    pass(4s);
    EXPECT_EQ(watch.is_too_slow(now), watch.due() <= now);
    watch.moved(1, now);
    ++bytes;
    ASSERT_LT(bytes, 20);
  }
  EXPECT_EQ(now - began, 64s);
}

// Goal: the network may need longer for a request than the kernel, but not forever.
TEST_F(PatienceTest, CountsTheBytesThatTheKernelStillHas) {
  watch.start(kPatience, now);
  watch.moved(64'000, now);
  watch.sent(now);
  for (int i = 0; i < 3; ++i) {
    pass(40s);
    watch.draining(1000, now);
    EXPECT_LE(left(), 50s);
    EXPECT_GT(left(), 0s);
  }
  pass(40s);
  watch.draining(1, now);
  EXPECT_EQ(left(), 0s);
}

// Goal: the time at a gate never counts, and what comes after the gate has the whole patience.
TEST_F(PatienceTest, DoesNotCountTheTimeAtAGate) {
  watch.start(kPatience, now);
  watch.sent(now);
  watch.answering(300, now);
  watch.hold();
  EXPECT_EQ(watch.due(), SilenceWatch::kNever);
  pass(12h);
  watch.release(now);
  EXPECT_EQ(left(), 5s);
  pass(3s);
  watch.moved(1, now);
  EXPECT_EQ(left(), 5s);
}

// Goal: a request without a patience waits until its caller cancels it.
TEST_F(PatienceTest, NeverEndsWithoutALimit) {
  watch.start(std::nullopt, now);
  EXPECT_EQ(watch.due(), SilenceWatch::kNever);
  watch.moved(1, now);
  watch.sent(now);
  EXPECT_EQ(watch.due(), SilenceWatch::kNever);
  watch.answering(1, now);
  EXPECT_EQ(watch.due(), SilenceWatch::kNever);
  EXPECT_FALSE(watch.is_too_slow(now + 1h));
}

}  // namespace
}  // namespace ekiden::http
