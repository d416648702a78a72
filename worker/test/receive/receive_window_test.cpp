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

// Goal: a deep queue before an idle Processor is met with all receives that are allowed, and no more.
TEST(ReceiveWindowTest, GrowsWhileTheProcessorRunsDry) {
  ReceiveWindow window(kMax);
  EXPECT_EQ(window.size(), 1U);
  answer(window, 3, 10, 0);
  EXPECT_EQ(window.size(), 4U);
  answer(window, 100, 10, 0);
  EXPECT_EQ(window.size(), kMax);
}

// Goal: messages that wait to be started close the window, down to the one receive that is always under way.
TEST(ReceiveWindowTest, ShrinksWhileMessagesWaitToBeStarted) {
  ReceiveWindow window(kMax);
  answer(window, 100, 10, 0);
  answer(window, 2, 10, 20);
  EXPECT_EQ(window.size(), kMax - 2);
  answer(window, 100, 10, 500);
  EXPECT_EQ(window.size(), 1U);
}

// Goal: what is neither starved nor late stays as it is.
TEST(ReceiveWindowTest, StaysWhileTheProcessorKeepsUp) {
  ReceiveWindow window(kMax);
  answer(window, 4, 10, 0);
  answer(window, 100, 10, 10);
  EXPECT_EQ(window.size(), 5U);
}

// Goal: a queue that runs empty is asked by few, at once; one that half fills its answers, by no more than before.
TEST(ReceiveWindowTest, AnEmptyQueueIsAskedByFew) {
  ReceiveWindow window(kMax);
  answer(window, 100, 10, 0);
  answer(window, 100, 5, 0);
  EXPECT_EQ(window.size(), kMax);
  answer(window, 5, 0, 0);
  EXPECT_EQ(window.size(), 1U);
}

// Goal: a failure starts anew.
TEST(ReceiveWindowTest, AFailureStartsAnew) {
  ReceiveWindow window(kMax);
  answer(window, 100, 10, 0);
  window.failed();
  EXPECT_EQ(window.size(), 1U);
}

// Goal: a receive asks for what there is room for, up to a batch, and there are no more receives than the window
// allows.
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

// Goal: beside another receive, one waits until there is room for a whole batch: half-empty ones cost as much.
TEST(ReceiveWindowTest, WaitsForAWholeBatchBesideAnother) {
  ReceiveWindow window(kMax);
  answer(window, 5, 10, 0);
  EXPECT_EQ(window.next(1, 9, 10), 0U);
  EXPECT_EQ(window.next(1, 10, 10), 10U);
}

}  // namespace
}  // namespace ekiden::worker
