#include "memory/memory_budget.hpp"

#include <ekiden/runtime/simulated/loop.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace ekiden::worker {
namespace {

constexpr std::uint64_t kMebi = std::uint64_t{1} << 20;

class MemoryBudgetTest : public testing::Test {
 protected:
  using Ticket = MemoryBudget::Ticket;
  std::unique_ptr<Ticket> ticket(std::size_t messages) {
    return std::make_unique<Ticket>(budget, loop.clock(), messages, patience);
  }
  /// Makes a callback that appends `who` to `granted`.
  std::function<void()> note(int who) {
    return [this, who] { granted.push_back(who); };
  }
  /// The state after many answers with small messages.
  void learn_small() {
    for (int i = 0; i < 40; ++i) {
      budget->learn(300);
    }
  }

  runtime::SimulatedLoop loop;
  std::shared_ptr<MemoryBudget> budget = std::make_shared<MemoryBudget>(45 * kMebi, kMebi);
  std::vector<int> granted;
  runtime::Duration patience = std::chrono::hours(1);
};

using Granted = std::vector<int>;

// Goal: at first, messages are assumed to have the queue's maximum size; later, the size of the last ones.
TEST_F(MemoryBudgetTest, LearnsHowLargeMessagesAre) {
  EXPECT_EQ(budget->room(1000), 10U);
  learn_small();
  EXPECT_EQ(budget->room(1000), 1000U);
  EXPECT_EQ(budget->room(100'000), 45 * kMebi / MemoryBudget::cost_of(300));
  budget->learn(100'000);
  EXPECT_EQ(budget->room(1000), 45 * kMebi / MemoryBudget::cost_of(100'000)) << "a larger size must count at once";
}

// Goal: held messages and reservations reduce the room until they are released.
TEST_F(MemoryBudgetTest, CountsWhatIsHeldAndReserved) {
  budget->hold(20 * kMebi);
  EXPECT_EQ(budget->room(10), 5U);
  auto receive = ticket(5);
  EXPECT_EQ(budget->room(10), 0U);
  receive.reset();
  budget->release(20 * kMebi);
  EXPECT_EQ(budget->used(), 0U);
}

// Goal: an answer that is not larger than its reservation never waits.
TEST_F(MemoryBudgetTest, AdmitsWhatWasReserved) {
  auto receive = ticket(7);
  budget->hold(20 * kMebi);
  EXPECT_TRUE(receive->admit(7 * kMebi, note(1)));
}

// Goal: a larger answer waits until there is room. Waiting answers are admitted once each, in their order.
TEST_F(MemoryBudgetTest, AdmitsLargerAnswersWhenThereIsRoom) {
  learn_small();
  budget->hold(44 * kMebi);
  auto first = ticket(10);
  auto second = ticket(10);
  EXPECT_FALSE(first->admit(5 * kMebi, note(1)));
  EXPECT_FALSE(second->admit(kMebi / 8, note(2))) << "a later answer must not overtake";
  budget->release(15 * kMebi);
  EXPECT_EQ(granted, Granted{});
  budget->release(15 * kMebi);
  EXPECT_EQ(granted, (Granted{1, 2}));
  EXPECT_EQ(budget->waiting(), 0U);
}

// Goal: if nothing else is counted, one answer of any size is admitted, and only one. Otherwise the worker could stop
// making progress.
TEST_F(MemoryBudgetTest, AdmitsOneAnswerOfAnySize) {
  budget = std::make_shared<MemoryBudget>(5 * kMebi, kMebi);
  learn_small();
  auto first = ticket(10);
  auto second = ticket(10);
  EXPECT_FALSE(first->admit(3 * kMebi, note(1))) << "the other receive has a reservation";
  EXPECT_FALSE(second->admit(3 * kMebi, note(2))) << "both wait now, so only the first is admitted";
  EXPECT_EQ(granted, Granted{1});
  budget->hold(MemoryBudget::cost_of(kMebi));
  first.reset();
  EXPECT_EQ(granted, Granted{1}) << "the messages of the first are held";
  budget->release(MemoryBudget::cost_of(kMebi));
  EXPECT_EQ(granted, (Granted{1, 2}));
}

// Goal: reservations of other receives count, because their answers are admitted without asking again.
TEST_F(MemoryBudgetTest, CountsTheReservationsOfOthers) {
  budget = std::make_shared<MemoryBudget>(30 * kMebi, kMebi);
  for (int i = 0; i < 4; ++i) {
    budget->learn(128 * 1024);
  }
  std::vector<std::unique_ptr<Ticket>> receives;
  for (int i = 0; i < 4; ++i) {
    receives.push_back(ticket(7));
  }
  EXPECT_FALSE(receives.front()->admit(7 * kMebi, note(1)));
  EXPECT_LE(budget->used(), 30 * kMebi);
}

// Goal: while an answer waits, there is no room for another receive: its messages would wait, too, hidden from others
// and with one receive more. The size of the waiting answer counts at once for the next receive.
TEST_F(MemoryBudgetTest, HasNoRoomWhileAnAnswerWaits) {
  learn_small();
  budget->hold(44 * kMebi);
  auto receive = ticket(10);
  EXPECT_GT(budget->room(1000), 1U);
  EXPECT_FALSE(receive->admit(10 * kMebi, note(1)));
  EXPECT_EQ(budget->room(1000), 0U);
  receive.reset();
  budget->release(44 * kMebi);
  EXPECT_EQ(budget->room(1000), 45 * kMebi / MemoryBudget::cost_of(kMebi));
}

// Goal: messages that are larger than the queue's maximum at the start are still received, one at a time.
TEST_F(MemoryBudgetTest, AlwaysHasRoomForOne) {
  budget->learn(100 * kMebi);
  EXPECT_EQ(budget->room(1000), 1U);
  budget->hold(1);
  EXPECT_EQ(budget->room(1000), 0U);
}

// Goal: the arrival time of an answer is kept while it waits.
TEST_F(MemoryBudgetTest, KnowsWhenAnAnswerArrived) {
  learn_small();
  auto receive = ticket(10);
  EXPECT_EQ(receive->arrived(), std::nullopt);
  budget->hold(44 * kMebi);
  const runtime::TimePoint then = loop.clock().now();
  EXPECT_FALSE(receive->admit(20 * kMebi, note(1)));
  loop.run_for(std::chrono::seconds(5));
  EXPECT_EQ(receive->arrived(), then);
}

// Goal: a receive that is given up leaves the line of waiting answers and releases its reservation.
TEST_F(MemoryBudgetTest, ForgetsAReceiveThatIsGivenUp) {
  learn_small();
  auto first = ticket(10);
  auto second = ticket(10);
  auto third = ticket(10);
  EXPECT_TRUE(first->admit(6 * kMebi, note(1)));
  EXPECT_FALSE(second->admit(9 * kMebi, note(2)));
  EXPECT_FALSE(third->admit(kMebi, note(3)));
  second.reset();
  EXPECT_EQ(granted, Granted{3});
  first.reset();
  third.reset();
  EXPECT_EQ(budget->used(), 0U);
}

// Goal: an answer that arrives again after a retry is counted once.
TEST_F(MemoryBudgetTest, CountsARepeatedAnswerOnce) {
  learn_small();
  auto receive = ticket(10);
  EXPECT_TRUE(receive->admit(9 * kMebi, note(1)));
  const std::uint64_t used = budget->used();
  EXPECT_TRUE(receive->admit(9 * kMebi, note(1)));
  EXPECT_EQ(budget->used(), used);
  EXPECT_TRUE(receive->admit(12 * kMebi, note(1))) << "nothing else is counted";
}

// Goal: the largest answer to one receive fits an empty budget.
TEST_F(MemoryBudgetTest, BoundsABatch) {
  EXPECT_EQ(budget->batch_max(), 45 * kMebi / MemoryBudget::cost_of(kMebi));
  EXPECT_EQ(MemoryBudget(MemoryBudget::cost_of(kMebi), kMebi).batch_max(), 1U);
  learn_small();
  auto receive = ticket(budget->batch_max());
  EXPECT_TRUE(receive->admit(budget->batch_max() * kMebi, note(1)));
  EXPECT_LE(budget->used(), 45 * kMebi);
}

// Goal: without a limit there is always room.
TEST(UnboundedMemoryBudgetTest, AlwaysHasRoom) {
  MemoryBudget budget;
  budget.hold(std::uint64_t{1} << 40);
  EXPECT_EQ(budget.room(1000), 1000U);
  EXPECT_GE(budget.batch_max(), 10U);
}

// Goal: an answer whose messages would lose their leases is read although there is no room. Only one such answer at a
// time exceeds the budget.
TEST_F(MemoryBudgetTest, AnAnswerThatHasWaitedTooLongIsRead) {
  patience = std::chrono::seconds(15);
  learn_small();
  auto first = ticket(10);
  auto second = ticket(10);
  budget->hold(44 * kMebi);
  EXPECT_FALSE(first->admit(5 * kMebi, note(1)));
  EXPECT_FALSE(second->admit(5 * kMebi, note(2)));
  loop.run_for(std::chrono::seconds(14));
  EXPECT_EQ(granted, Granted());
  loop.run_for(std::chrono::seconds(2));
  EXPECT_EQ(granted, Granted({1}));
  EXPECT_GT(budget->used(), 45 * kMebi);
  loop.run_for(std::chrono::minutes(1));
  EXPECT_EQ(granted, Granted({1})) << "the first answer still exceeds the budget";
  first.reset();
  loop.run_for(std::chrono::seconds(1));
  EXPECT_EQ(granted, Granted({1, 2}));
}

}  // namespace
}  // namespace ekiden::worker
