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
  Outages outages{loop.env(), "news"};
  Breaker breaker{outages, "delete", "news"};
  Breaker extensions{outages, "extension", "news"};
  LeaseBook book{loop.clock(), memory, {breaker, extensions}, 30s, 5ms};
};

// Goal: a batch of deletes leaves when it is full, when the linger is over, or when no held message is left that could
// be added.
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

// Goal: a release waits for an extension in flight, so that the extension cannot hide the message again.
TEST_F(LeaseBookTest, AReleaseWaitsForTheExtensionInFlight) {
  const LeaseRef lease = hold("a");
  loop.run_for(15s);
  const auto extension = book.take_extensions();
  ASSERT_EQ(extension.size(), 1U);
  book.release(lease, 0s);
  EXPECT_TRUE(book.take_releases().empty());
  book.done(lease);
  const auto releases = book.take_releases();
  ASSERT_EQ(releases.size(), 1U);
  book.done(releases[0]);
  EXPECT_TRUE(book.empty());
}

// Goal: a delete or release cancels an extension that has not been sent.
TEST_F(LeaseBookTest, ASettledMessageIsNotExtended) {
  const LeaseRef lease = hold("a");
  book.request_delete(lease);
  loop.run_for(1h);
  EXPECT_TRUE(book.take_extensions().empty());
}

// Goal: an extension is due after each half of the visibility timeout until the message is settled.
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

// Goal: a message that is received again while it is held gets the newer handle and no second lease.
TEST_F(LeaseBookTest, ADuplicateRenewsTheHandle) {
  const LeaseRef lease = hold("a");
  EXPECT_FALSE(book.add(aws::sqs::ReceiptHandle("newer"), "a", loop.clock().now()).has_value());
  EXPECT_EQ(lease->handle.text(), "newer");
  EXPECT_EQ(book.size(), 1U);
}

// Goal: a message with the id of a held one but with another body is another message.
TEST_F(LeaseBookTest, AnotherBodyIsAnotherMessage) {
  const auto add = [this](const char* handle, std::uint64_t digest) {
    return book.add(aws::sqs::ReceiptHandle(handle), "a", loop.clock().now(), 0, digest);
  };
  const LeaseRef lease = add("first", 1).value();
  EXPECT_FALSE(add("second", 2).has_value());
  EXPECT_EQ(lease->handle.text(), "first");
  EXPECT_TRUE(book.holds("a", 1));
  EXPECT_FALSE(book.holds("a", 2));
  EXPECT_FALSE(add("third", 1).has_value());
  EXPECT_EQ(lease->handle.text(), "third");
}

// Goal: while extensions are refused, one lease at a time is tried, and each in its turn.
TEST_F(LeaseBookTest, RefusedExtensionsAreTriedOneByOne) {
  hold("a");
  hold("b");
  loop.run_for(15s);
  const auto both = book.take_extensions();
  Breaker::Use(extensions).refused("denied");
  for (const LeaseRef lease : both) {
    book.postponed(lease);
  }
  std::vector<std::string> tried;
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(book.take_extensions().empty());
    loop.run_for(std::chrono::ceil<std::chrono::seconds>(*extensions.next_probe() - loop.clock().now()));
    const auto batch = book.take_extensions();
    ASSERT_EQ(batch.size(), 1U);
    Breaker::Use probe(extensions);
    tried.push_back(batch[0]->message_id);
    probe.refused("denied");
    book.postponed(batch[0]);
  }
  EXPECT_EQ(tried, (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(book.no_extensions());
}

// Goal: a message that became visible while its handler runs, and was received again by us, is extended again.
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

// Goal: an answer for an older handle settles nothing. The call is repeated once with the newer handle.
TEST_F(LeaseBookTest, ACallWithAnOlderHandleIsRepeatedWithTheNewer) {
  const LeaseRef lease = hold("a");
  book.request_delete(lease);
  ASSERT_EQ(book.take_deletes().size(), 1U);
  book.add(aws::sqs::ReceiptHandle("newer"), "a", loop.clock().now());
  EXPECT_TRUE(book.again_if_renewed(lease));
  EXPECT_EQ(book.take_deletes().size(), 1U);
  EXPECT_FALSE(book.again_if_renewed(lease));
}

// Goal: no call requests a time beyond SQS's 12 h. A lease that has used them up is not extended any more.
TEST_F(LeaseBookTest, NoCallAsksForMoreThanTwelveHours) {
  LeaseBook patient{loop.clock(), memory, {breaker, extensions}, 8h, 5ms};
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
  patient.release(lease, 12h);
  ASSERT_EQ(patient.take_releases().size(), 1U);
  EXPECT_EQ(patient.timeout(*lease), 0s);
}

Task<std::optional<Deleted>> await(runtime::Answer<Deleted> answer) { co_return co_await answer.get(); }

// Goal: a delete that was lost in a crash is answered with Broken and can be requested again. A lost release is due
// again.
TEST_F(LeaseBookTest, ACrashBreaksDeletesAndRepeatsReleases) {
  const LeaseRef deleted = hold("a");
  const LeaseRef returned = hold("b");
  const LeaseRef unowned = hold("c");
  LeaseOwner owner;
  book.own(deleted, owner);
  runtime::Answer<Deleted> answer = book.request_delete(deleted);
  book.request_delete(unowned);
  book.release(returned, 0s);
  ASSERT_EQ(book.take_deletes().size(), 2U);
  ASSERT_EQ(book.take_releases().size(), 1U);
  book.lost_in_crash(unowned);
  EXPECT_EQ(book.take_deletes().size(), 1U) << "its task has ended: nobody would request it again";
  book.done(unowned);
  book.lost_in_crash(deleted);
  book.lost_in_crash(returned);
  EXPECT_EQ(loop.run(await(std::move(answer))), runtime::Broken);
  EXPECT_EQ(book.take_releases().size(), 1U);
  runtime::Answer<Deleted> again = book.request_delete(deleted);
  ASSERT_EQ(book.take_deletes().size(), 1U);
  book.done(deleted);
  EXPECT_EQ(loop.run(await(std::move(again))), Deleted::kYes);
}

// Goal: if a task ends while its delete still waits, the message is released and not deleted.
TEST_F(LeaseBookTest, TheLaterWishReplacesTheOneThatWaits) {
  const LeaseRef lease = hold("a");
  hold("b");
  book.request_delete(lease);
  book.release(lease, 0s);
  loop.run_for(1s);
  EXPECT_TRUE(book.take_deletes().empty());
  ASSERT_EQ(book.take_releases().size(), 1U);
  book.done(lease);
  EXPECT_EQ(book.size(), 1U);
}

// Goal: a failed call is due again after its backoff and not earlier.
TEST_F(LeaseBookTest, AFailureIsRetriedAfterItsBackoff) {
  const LeaseRef lease = hold("a");
  book.request_delete(lease);
  ASSERT_EQ(book.take_deletes().size(), 1U);
  book.failed(lease, 1s);
  EXPECT_TRUE(book.take_deletes().empty());
  EXPECT_EQ(book.next_due(), loop.clock().now() + 1s);
  loop.run_for(1s);
  EXPECT_EQ(book.take_deletes().size(), 1U);
}

// Goal: failed extensions are counted until one succeeds, so that their backoff grows.
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

// Goal: a stale handle ends a delete, with the answer kLost, and a release. A held message is only not extended any
// more.
TEST_F(LeaseBookTest, AStaleHandleEndsDeletesAndReleases) {
  const LeaseRef deleted = hold("a");
  const LeaseRef returned = hold("b");
  const LeaseRef held = hold("c");
  runtime::Answer<Deleted> answer = book.request_delete(deleted);
  book.release(returned, 0s);
  loop.run_for(15s);
  ASSERT_EQ(book.take_deletes().size(), 1U);
  ASSERT_EQ(book.take_releases().size(), 1U);
  ASSERT_EQ(book.take_extensions().size(), 1U);
  book.stale(deleted);
  book.stale(returned);
  book.stale(held);
  EXPECT_EQ(loop.run(await(std::move(answer))), Deleted::kLost);
  EXPECT_EQ(book.size(), 1U);
  loop.run_for(1h);
  EXPECT_TRUE(book.take_extensions().empty());
}

// Goal: no delete is given up in an outage of any length.
TEST_F(LeaseBookTest, AnOutageGivesUpNoDelete) {
  const LeaseRef lease = hold("a");
  runtime::Answer<Deleted> answer = book.request_delete(lease);
  unsigned extensions = 0;
  for (unsigned failures = 0; failures < 100;) {
    if (book.take_deletes().empty()) {
      ASSERT_EQ(book.take_extensions().size(), 1U);
      ++extensions;
    } else {
      ++failures;
    }
    book.failed(lease, 1s);
    loop.run_for(1s);
  }
  EXPECT_GE(extensions, 5U);
  while (book.take_deletes().empty()) {
    ASSERT_EQ(book.take_extensions().size(), 1U);
    book.done(lease);
  }
  book.done(lease);
  EXPECT_EQ(loop.run(await(std::move(answer))), Deleted::kYes);
}

// Goal: a message whose delete fails for longer than the visibility timeout stays hidden: it is done, so it must not
// run again.
TEST_F(LeaseBookTest, AMessageWhoseDeleteFailsIsExtended) {
  const LeaseRef lease = hold("a");
  book.request_delete(lease);
  ASSERT_EQ(book.take_deletes().size(), 1U);
  book.failed(lease, 20s);
  loop.run_for(20s);
  EXPECT_TRUE(book.take_deletes().empty()) << "the extension is due first";
  ASSERT_EQ(book.take_extensions().size(), 1U);
  EXPECT_EQ(book.timeout(*lease), 30s);
  book.done(lease);
  EXPECT_EQ(book.take_deletes().size(), 1U);
}

// Goal: while SQS refuses every delete, the messages are extended, one delete at a time is tried, and none is given up.
TEST_F(LeaseBookTest, AnOpenBreakerHoldsDeletes) {
  std::vector<LeaseRef> leases;
  for (const char* const id : {"a", "b", "c"}) {
    leases.push_back(hold(id));
    book.request_delete(leases.back());
  }
  ASSERT_EQ(book.take_deletes().size(), 3U);
  Breaker::Use(breaker).refused("access denied");
  for (const LeaseRef lease : leases) {
    book.postponed(lease);
  }
  EXPECT_TRUE(book.take_deletes().empty());
  for (int probe = 0; probe < 20; ++probe) {
    loop.run_for(10s);
    while (!book.take_extensions().empty()) {
      for (const LeaseRef lease : leases) {
        book.done(lease);
      }
    }
    const std::vector<LeaseRef> tried = book.take_deletes();
    ASSERT_EQ(tried.size(), 1U);
    Breaker::Use(breaker).refused("access denied");
    EXPECT_TRUE(book.take_deletes().empty());
    book.postponed(tried.front());
  }
  loop.run_for(10s);
  ASSERT_TRUE(breaker.admits());
  Breaker::Use(breaker).accepted();
  EXPECT_EQ(book.take_deletes().size() + book.take_extensions().size(), 3U);
}

// Goal: a message that is released while its task still runs is taken from the task.
TEST_F(LeaseBookTest, ReleaseAllRevokesTheOwners) {
  LeaseOwner running;
  LeaseOwner ended;
  const LeaseRef lease = hold("a");
  book.own(lease, running);
  const LeaseRef other = hold("b");
  book.own(other, ended);
  book.disown(other);
  EXPECT_EQ(book.release_all(), std::vector<std::string>{"a"});
  EXPECT_TRUE(running.revoked);
  EXPECT_FALSE(ended.revoked);
  EXPECT_EQ(book.take_releases().size(), 2U);
}

// Goal: a rejected delete is retried a few times, because a rejection can be temporary. Then it is answered with
// kFailed.
TEST_F(LeaseBookTest, ARejectedDeleteIsRetriedAFewTimes) {
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

// Goal: a release that fails several times is given up, because a drain must end. The visibility timeout then releases
// the message.
TEST_F(LeaseBookTest, AReleaseIsGivenUpAfterAFewFailures) {
  const LeaseRef lease = hold("a");
  book.release(lease, 0s);
  for (unsigned failures = 1; failures <= kFailuresMax; ++failures) {
    ASSERT_FALSE(book.empty());
    ASSERT_EQ(book.take_releases().size(), 1U);
    book.failed(lease, 1s);
    loop.run_for(1s);
  }
  EXPECT_TRUE(book.empty());
}

}  // namespace
}  // namespace ekiden::worker
