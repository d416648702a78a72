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
    return std::make_unique<Ticket>(budget, loop.clock(), messages);
  }
  /// What granted() was called for.
  std::function<void()> note(int who) {
    return [this, who] { granted.push_back(who); };
  }
  /// As after many answers of small messages.
  void learn_small() {
    for (int i = 0; i < 40; ++i) {
      budget->learn(300);
    }
  }

  runtime::SimulatedLoop loop;
  std::shared_ptr<MemoryBudget> budget = std::make_shared<MemoryBudget>(45 * kMebi, kMebi);
  std::vector<int> granted;
};

using Granted = std::vector<int>;

// Goal: before anything is known, messages are taken for as large as the queue lets them be; then for what they are.
TEST_F(MemoryBudgetTest, LearnsHowLargeMessagesAre) {
  EXPECT_EQ(budget->room(1000), 10U);
  learn_small();
  EXPECT_EQ(budget->room(1000), 1000U);
  EXPECT_EQ(budget->room(100'000), 45 * kMebi / MemoryBudget::cost_of(300));
  budget->learn(100'000);
  EXPECT_EQ(budget->room(1000), 45 * kMebi / MemoryBudget::cost_of(100'000)) << "what grew must count at once";
}

// Goal: what is held and what receives may bring is no room any more, until it is released.
TEST_F(MemoryBudgetTest, CountsWhatIsHeldAndReserved) {
  budget->hold(20 * kMebi);
  EXPECT_EQ(budget->room(10), 5U);
  auto receive = ticket(5);
  EXPECT_EQ(budget->room(10), 0U);
  receive.reset();
  budget->release(20 * kMebi);
  EXPECT_EQ(budget->used(), 0U);
}

// Goal: an answer that is no larger than expected never waits.
TEST_F(MemoryBudgetTest, LetsInWhatWasReserved) {
  auto receive = ticket(7);
  budget->hold(20 * kMebi);
  EXPECT_TRUE(receive->admit(7 * kMebi, note(1)));
}

// Goal: a larger one waits until what is held leaves room, and each is told once, in their order.
TEST_F(MemoryBudgetTest, LetsLargerAnswersInAsThereIsRoom) {
  learn_small();
  budget->hold(44 * kMebi);
  auto first = ticket(10);
  auto second = ticket(10);
  EXPECT_FALSE(first->admit(5 * kMebi, note(1)));
  EXPECT_FALSE(second->admit(kMebi / 8, note(2))) << "it must not overtake";
  budget->release(15 * kMebi);
  EXPECT_EQ(granted, Granted{});
  budget->release(15 * kMebi);
  EXPECT_EQ(granted, (Granted{1, 2}));
  EXPECT_EQ(budget->waiting(), 0U);
}

// Goal: with nothing else booked, one answer is let in whatever its size, and only one: else nothing would ever move.
TEST_F(MemoryBudgetTest, LetsOneInWhateverItsSize) {
  budget = std::make_shared<MemoryBudget>(5 * kMebi, kMebi);
  learn_small();
  auto first = ticket(10);
  auto second = ticket(10);
  EXPECT_FALSE(first->admit(3 * kMebi, note(1))) << "the other may bring something";
  EXPECT_FALSE(second->admit(3 * kMebi, note(2))) << "now that both wait, the first is alone";
  EXPECT_EQ(granted, Granted{1});
  budget->hold(MemoryBudget::cost_of(kMebi));
  first.reset();
  EXPECT_EQ(granted, Granted{1}) << "what the first brought is held";
  budget->release(MemoryBudget::cost_of(kMebi));
  EXPECT_EQ(granted, (Granted{1, 2}));
}

// Goal: nobody is let in beside what others have reserved, whose answers will come in unasked.
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

// Goal: while an answer waits nothing more is asked for: it would only wait, too, hidden from others and counted as
// received; and what it tells of sizes counts at once, so that the next receive asks for what there is room for.
TEST_F(MemoryBudgetTest, AsksForNothingWhileAnAnswerWaits) {
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

// Goal: messages that turn out larger than the queue took when the worker started are still received, one at a time.
TEST_F(MemoryBudgetTest, AlwaysHasRoomForOne) {
  budget->learn(100 * kMebi);
  EXPECT_EQ(budget->room(1000), 1U);
  budget->hold(1);
  EXPECT_EQ(budget->room(1000), 0U);
}

// Goal: the time at which an answer came is kept while it waits.
TEST_F(MemoryBudgetTest, KnowsWhenAnAnswerCame) {
  learn_small();
  auto receive = ticket(10);
  EXPECT_EQ(receive->arrived(), std::nullopt);
  budget->hold(44 * kMebi);
  const runtime::TimePoint then = loop.clock().now();
  EXPECT_FALSE(receive->admit(20 * kMebi, note(1)));
  loop.run_for(std::chrono::seconds(5));
  EXPECT_EQ(receive->arrived(), then);
}

// Goal: a receive that is given up leaves the line, and gives room.
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

// Goal: an answer that comes again, after a retry, is not counted twice.
TEST_F(MemoryBudgetTest, CountsARepeatedAnswerOnce) {
  learn_small();
  auto receive = ticket(10);
  EXPECT_TRUE(receive->admit(9 * kMebi, note(1)));
  const std::uint64_t used = budget->used();
  EXPECT_TRUE(receive->admit(9 * kMebi, note(1)));
  EXPECT_EQ(budget->used(), used);
  EXPECT_TRUE(receive->admit(12 * kMebi, note(1))) << "it is alone";
}

// Goal: the largest answer that a receive may ask for fits an empty budget.
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

}  // namespace
}  // namespace ekiden::worker
