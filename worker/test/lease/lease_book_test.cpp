#include "lease/lease_book.hpp"

#include <ekiden/runtime/simulated/loop.hpp>

#include <gtest/gtest.h>

namespace ekiden::worker {
namespace {

using namespace std::chrono_literals;

class LeaseBookTest : public testing::Test {
 protected:
  LeaseRef hold(const std::string& id) {
    return *book.add(aws::sqs::ReceiptHandle("handle-" + id), id, loop.clock().now());
  }

  runtime::SimulatedLoop loop;
  MemoryBudget memory;
  LeaseBook book{loop.clock(), memory, 30s, 5ms};
};

// Goal: deletes wait for company while somebody could still add, and leave when full, when the linger is over, or when
// nobody is left.
TEST_F(LeaseBookTest, ABatchLeavesWhenFullOrLateOrAlone) {
  std::vector<LeaseRef> leases;
  for (int i = 0; i < 13; ++i) {
    leases.push_back(hold(std::to_string(i)));
  }
  for (int i = 0; i < 11; ++i) {
    book.request_delete(leases[static_cast<std::size_t>(i)]);
  }
  EXPECT_EQ(book.take_deletes().size(), 10U);
  EXPECT_TRUE(book.take_deletes().empty());
  loop.run_for(5ms);
  EXPECT_EQ(book.take_deletes().size(), 1U);
  book.request_delete(leases[11]);
  EXPECT_TRUE(book.take_deletes().empty());
  book.request_delete(leases[12]);
  EXPECT_EQ(book.take_deletes().size(), 2U);
}

// Goal: a return waits for the extension under way, so that the extension cannot hide the message again.
TEST_F(LeaseBookTest, AReturnWaitsForTheExtensionUnderWay) {
  const LeaseRef lease = hold("a");
  loop.run_for(15s);
  const auto extension = book.take_extensions();
  ASSERT_EQ(extension.size(), 1U);
  book.give_back(lease, 0s);
  EXPECT_TRUE(book.take_returns().empty());
  book.done(lease);
  const auto returns = book.take_returns();
  ASSERT_EQ(returns.size(), 1U);
  book.done(returns[0]);
  EXPECT_TRUE(book.empty());
}

// Goal: a settlement takes a pending extension back.
TEST_F(LeaseBookTest, ASettledMessageIsNotExtended) {
  const LeaseRef lease = hold("a");
  book.request_delete(lease);
  loop.run_for(1h);
  EXPECT_TRUE(book.take_extensions().empty());
}

// Goal: extensions come due at half of the timeout, again and again, until the message is settled.
TEST_F(LeaseBookTest, ExtendsAtHalfOfTheTimeout) {
  hold("a");
  for (int i = 1; i <= 3; ++i) {
    EXPECT_TRUE(book.take_extensions().empty());
    EXPECT_EQ(book.next_due()->time_since_epoch(), i * 15s);
    loop.run_for(15s);
    const auto batch = book.take_extensions();
    ASSERT_EQ(batch.size(), 1U);
    book.done(batch[0]);
  }
}

// Goal: a message received again while it is held takes the newer handle and no second lease.
TEST_F(LeaseBookTest, ADuplicateRenewsTheHandle) {
  const LeaseRef lease = hold("a");
  EXPECT_FALSE(book.add(aws::sqs::ReceiptHandle("newer"), "a", loop.clock().now()).has_value());
  EXPECT_EQ(lease->handle.text(), "newer");
  EXPECT_EQ(book.size(), 1U);
}

// Goal: a message that became visible while its handler works, and came back to us, is extended again from then on.
TEST_F(LeaseBookTest, ADuplicateRevivesALostLease) {
  const LeaseRef lease = hold("a");
  loop.run_for(40s);
  ASSERT_EQ(book.take_extensions().size(), 1U);
  book.stale(lease);
  loop.run_for(1h);
  EXPECT_TRUE(book.take_extensions().empty());
  book.add(aws::sqs::ReceiptHandle("newer"), "a", loop.clock().now());
  EXPECT_EQ(book.next_due(), loop.clock().now() + 15s);
  loop.run_for(15s);
  EXPECT_EQ(book.take_extensions().size(), 1U);
}

// Goal: an answer that is about an older handle settles nothing: the same is asked again with the newer one, once.
TEST_F(LeaseBookTest, ACallWithAnOlderHandleIsRepeatedWithTheNewer) {
  const LeaseRef lease = hold("a");
  book.request_delete(lease);
  ASSERT_EQ(book.take_deletes().size(), 1U);
  book.add(aws::sqs::ReceiptHandle("newer"), "a", loop.clock().now());
  EXPECT_TRUE(book.again_if_renewed(lease));
  EXPECT_EQ(book.take_deletes().size(), 1U);
  EXPECT_FALSE(book.again_if_renewed(lease));
}

// Goal: nothing is asked for beyond the 12 h that SQS grants a receive; a lease that has used them is left alone.
TEST_F(LeaseBookTest, NoCallAsksForMoreThanTwelveHours) {
  LeaseBook patient{loop.clock(), memory, 8h, 5ms};
  const LeaseRef lease = *patient.add(aws::sqs::ReceiptHandle("handle"), "a", loop.clock().now());
  loop.run_for(4h);
  ASSERT_EQ(patient.take_extensions().size(), 1U);
  EXPECT_LT(patient.timeout(*lease), 8h);
  EXPECT_GE(patient.timeout(*lease), 8h - 1min);
  patient.done(lease);
  loop.run_for(4h);
  ASSERT_EQ(patient.take_extensions().size(), 1U);
  EXPECT_LT(patient.timeout(*lease), 4h);
  patient.done(lease);
  loop.run_for(24h);
  EXPECT_TRUE(patient.take_extensions().empty());
  patient.give_back(lease, 12h);
  ASSERT_EQ(patient.take_returns().size(), 1U);
  EXPECT_EQ(patient.timeout(*lease), 0s);
}

Task<std::optional<Deleted>> await(runtime::Answer<Deleted> answer) { co_return co_await answer.get(); }

// Goal: a delete lost in a crash is answered Broken, and can be asked for again; a return lost in one is due again.
TEST_F(LeaseBookTest, ACrashBreaksDeletesAndRepeatsReturns) {
  const LeaseRef deleted = hold("a");
  const LeaseRef returned = hold("b");
  runtime::Answer<Deleted> answer = book.request_delete(deleted);
  book.give_back(returned, 0s);
  ASSERT_EQ(book.take_deletes().size(), 1U);
  ASSERT_EQ(book.take_returns().size(), 1U);
  book.lost_in_crash(deleted);
  book.lost_in_crash(returned);
  EXPECT_EQ(loop.run(await(std::move(answer))), runtime::Broken);
  EXPECT_EQ(book.take_returns().size(), 1U);
  runtime::Answer<Deleted> again = book.request_delete(deleted);
  ASSERT_EQ(book.take_deletes().size(), 1U);
  book.done(deleted);
  EXPECT_EQ(loop.run(await(std::move(again))), Deleted::kYes);
}

// Goal: a task that ends while its delete still waits gives the message back, and that alone happens to it.
TEST_F(LeaseBookTest, TheLaterWishReplacesTheOneThatWaits) {
  const LeaseRef lease = hold("a");
  hold("b");
  book.request_delete(lease);
  book.give_back(lease, 0s);
  loop.run_for(1s);
  EXPECT_TRUE(book.take_deletes().empty());
  ASSERT_EQ(book.take_returns().size(), 1U);
  book.done(lease);
  EXPECT_EQ(book.size(), 1U);
}

// Goal: a failed call is due again after its backoff, not before.
TEST_F(LeaseBookTest, AFailureIsTriedAgainAfterItsBackoff) {
  const LeaseRef lease = hold("a");
  book.request_delete(lease);
  ASSERT_EQ(book.take_deletes().size(), 1U);
  book.failed(lease, 1s);
  EXPECT_TRUE(book.take_deletes().empty());
  EXPECT_EQ(book.next_due(), loop.clock().now() + 1s);
  loop.run_for(1s);
  EXPECT_EQ(book.take_deletes().size(), 1U);
}

// Goal: failed extensions are counted, so that their waits grow, until one succeeds.
TEST_F(LeaseBookTest, CountsFailedExtensions) {
  const LeaseRef lease = hold("a");
  loop.run_for(15s);
  for (unsigned failures = 1; failures <= 3; ++failures) {
    ASSERT_EQ(book.take_extensions().size(), 1U);
    book.failed(lease, 1s);
    EXPECT_EQ(lease->failures, failures);
    loop.run_for(1s);
  }
  ASSERT_EQ(book.take_extensions().size(), 1U);
  book.done(lease);
  EXPECT_EQ(lease->failures, 0U);
}

// Goal: a stale handle ends a delete, whose asker hears of it, and a return; an extension only ceases.
TEST_F(LeaseBookTest, AStaleHandleEndsWhatWasAskedFor) {
  const LeaseRef deleted = hold("a");
  const LeaseRef returned = hold("b");
  const LeaseRef held = hold("c");
  runtime::Answer<Deleted> answer = book.request_delete(deleted);
  book.give_back(returned, 0s);
  loop.run_for(15s);
  ASSERT_EQ(book.take_deletes().size(), 1U);
  ASSERT_EQ(book.take_returns().size(), 1U);
  ASSERT_EQ(book.take_extensions().size(), 1U);
  book.stale(deleted);
  book.stale(returned);
  book.stale(held);
  EXPECT_EQ(loop.run(await(std::move(answer))), Deleted::kLost);
  EXPECT_EQ(book.size(), 1U);
  loop.run_for(1h);
  EXPECT_TRUE(book.take_extensions().empty());
}

// Goal: an outage, however long, gives up no delete.
TEST_F(LeaseBookTest, AnOutageGivesUpNoDelete) {
  const LeaseRef lease = hold("a");
  runtime::Answer<Deleted> answer = book.request_delete(lease);
  for (unsigned failures = 0; failures < 100; ++failures) {
    ASSERT_EQ(book.take_deletes().size(), 1U);
    book.failed(lease, 1s);
    loop.run_for(1s);
  }
  ASSERT_EQ(book.take_deletes().size(), 1U);
  book.done(lease);
  EXPECT_EQ(loop.run(await(std::move(answer))), Deleted::kYes);
}

// Goal: a refused delete is tried again a few times, because SQS does not refuse everything for good; then its asker
// hears that it failed.
TEST_F(LeaseBookTest, ARefusedDeleteIsTriedAFewTimes) {
  const LeaseRef lease = hold("a");
  runtime::Answer<Deleted> answer = book.request_delete(lease);
  for (unsigned refusals = 1; refusals <= kFailuresMax; ++refusals) {
    ASSERT_FALSE(book.empty());
    ASSERT_EQ(book.take_deletes().size(), 1U);
    book.refused(lease, 1s);
    loop.run_for(1s);
  }
  EXPECT_TRUE(book.empty());
  EXPECT_EQ(loop.run(await(std::move(answer))), Deleted::kFailed);
}

// Goal: a return that fails again and again is left to the visibility timeout: a drain must end.
TEST_F(LeaseBookTest, AReturnIsGivenUpAfterAFewFailures) {
  const LeaseRef lease = hold("a");
  book.give_back(lease, 0s);
  for (unsigned failures = 1; failures <= kFailuresMax; ++failures) {
    ASSERT_FALSE(book.empty());
    ASSERT_EQ(book.take_returns().size(), 1U);
    book.failed(lease, 1s);
    loop.run_for(1s);
  }
  EXPECT_TRUE(book.empty());
}

}  // namespace
}  // namespace ekiden::worker
