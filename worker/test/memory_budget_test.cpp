#include "memory_budget.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace ekiden::worker {
namespace {

constexpr std::uint64_t kMebi = std::uint64_t{1} << 20;

class MemoryBudgetTest : public testing::Test {
 protected:
  using Ticket = MemoryBudget::Ticket;
  std::unique_ptr<Ticket> ticket(std::size_t messages) { return std::make_unique<Ticket>(budget, messages); }
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

// Goal: with nothing held, one answer is let in whatever its size, and only one: else nothing would ever move.
TEST_F(MemoryBudgetTest, LetsOneInWhateverItsSize) {
  learn_small();
  auto first = ticket(10);
  auto second = ticket(10);
  EXPECT_TRUE(first->admit(11 * kMebi, note(1)));
  EXPECT_FALSE(second->admit(11 * kMebi, note(2)));
  budget->hold(MemoryBudget::cost_of(kMebi));
  first.reset();
  EXPECT_EQ(granted, Granted{}) << "what the first brought is held";
  budget->release(MemoryBudget::cost_of(kMebi));
  EXPECT_EQ(granted, Granted{2});
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
