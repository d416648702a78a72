#include "receive/receive_window.hpp"

#include <gtest/gtest.h>

namespace ekiden::worker {
namespace {

constexpr std::size_t kMax = 32;

void answer(ReceiveWindow& window, int times, std::size_t received, std::size_t unstarted) {
  for (int i = 0; i < times; ++i) {
    window.answered(10, received, unstarted);
  }
}

// Goal: with a backlog and an idle Processor, the window grows to its maximum and no further.
TEST(ReceiveWindowTest, GrowsWhileTheProcessorRunsDry) {
  ReceiveWindow window(kMax);
  EXPECT_EQ(window.size(), 1U);
  answer(window, 3, 10, 0);
  EXPECT_EQ(window.size(), 4U);
  answer(window, 100, 10, 0);
  EXPECT_EQ(window.size(), kMax);
}

// Goal: while messages wait to be started, the window shrinks to one receive.
TEST(ReceiveWindowTest, ShrinksWhileMessagesWaitToBeStarted) {
  ReceiveWindow window(kMax);
  answer(window, 100, 10, 0);
  answer(window, 2, 10, 20);
  EXPECT_EQ(window.size(), kMax - 2);
  answer(window, 100, 10, 500);
  EXPECT_EQ(window.size(), 1U);
}

// Goal: the window stays the same while the Processor neither waits for messages nor falls behind.
TEST(ReceiveWindowTest, StaysWhileTheProcessorKeepsUp) {
  ReceiveWindow window(kMax);
  answer(window, 4, 10, 0);
  answer(window, 100, 10, 10);
  EXPECT_EQ(window.size(), 5U);
}

// Goal: an empty answer halves the window at once. An answer that is not full does not let it grow.
TEST(ReceiveWindowTest, AnEmptyAnswerHalvesTheWindow) {
  ReceiveWindow window(kMax);
  answer(window, 100, 10, 0);
  answer(window, 100, 5, 0);
  EXPECT_EQ(window.size(), kMax);
  answer(window, 5, 0, 0);
  EXPECT_EQ(window.size(), 1U);
}

// Goal: a failed receive sets the window to one.
TEST(ReceiveWindowTest, AFailureResetsTheWindow) {
  ReceiveWindow window(kMax);
  answer(window, 100, 10, 0);
  window.failed();
  EXPECT_EQ(window.size(), 1U);
}

// Goal: a receive requests as many messages as there is room for, at most a batch. There are no more receives than the
// window allows.
TEST(ReceiveWindowTest, AsksForNoMoreThanThereIsRoomFor) {
  ReceiveWindow window(kMax);
  EXPECT_EQ(window.next(0, 1'000, 10), 10U);
  EXPECT_EQ(window.next(0, 3, 10), 3U);
  EXPECT_EQ(window.next(0, 0, 10), 0U);
  EXPECT_EQ(window.next(1, 1'000, 10), 0U);
  answer(window, 1, 10, 0);
  EXPECT_EQ(window.next(1, 1'000, 10), 10U);
  EXPECT_EQ(window.next(2, 1'000, 10), 0U);
}

// Goal: while another receive is in flight, the next one waits for room for a whole batch, because a smaller receive
// costs as much.
TEST(ReceiveWindowTest, WaitsForAWholeBatchBesideAnother) {
  ReceiveWindow window(kMax);
  answer(window, 5, 10, 0);
  EXPECT_EQ(window.next(1, 9, 10), 0U);
  EXPECT_EQ(window.next(1, 10, 10), 10U);
}

// Goal: on a link so slow that an answer takes a good part of the visibility timeout, receives become single and small,
// and large again when the link recovers.
TEST(ReceiveWindowTest, AsksForLessOnASlowLink) {
  using namespace std::chrono_literals;
  ReceiveWindow window(kMax);
  answer(window, 100, 10, 0);
  window.transferred(10, 12s, 10s);
  EXPECT_EQ(window.size(), 1U);
  EXPECT_EQ(window.next(0, 100, 10), 5U);
  window.transferred(5, 6s, 10s);
  EXPECT_EQ(window.next(0, 100, 10), 2U);
  window.transferred(2, 2400ms, 10s);
  EXPECT_EQ(window.next(0, 100, 10), 2U) << "fast enough, but not for more";
  for (int i = 0; i < 8; ++i) {
    window.transferred(2, 100ms, 10s);
  }
  EXPECT_EQ(window.next(0, 100, 10), 10U);
}

}  // namespace
}  // namespace ekiden::worker
