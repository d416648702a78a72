// Leases with a simulated queue. The test plays the Receiver and the Processor: it holds messages and requests deletes.
#include "lease/leases.hpp"

#include <ekiden/worker/events.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "actor/actor_fixture.hpp"

namespace ekiden::worker {
namespace {

using namespace std::chrono_literals;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;

class LeasesTest : public ActorFixture {
 protected:
  static constexpr const char* kHandle = "\"ReceiptHandle\"";

  Leases& run_leases() {
    auto& leases = make<Leases>(env(), books().sqs, queue_, "news", books().leases, books().pulse);
    start(leases);
    return leases;
  }
  void request_delete(LeaseRef lease) {
    auto watch = [](runtime::Answer<Deleted> answer, std::vector<std::optional<Deleted>>& answers) -> Task<> {
      answers.push_back(co_await answer.get());
    };
    inside([&] { simulation_.start(process_, watch(books().leases.request_delete(lease), answers_)); });
  }
  /// The timeout of each visibility change that was sent, in seconds.
  std::vector<std::string> timeouts() const {
    std::vector<std::string> found;
    const std::string name = "\"VisibilityTimeout\":";
    for (const Request& request : requests("ChangeMessageVisibilityBatch")) {
      for (std::size_t at = 0; (at = request.body.find(name, at)) != std::string::npos;) {
        at += name.size();
        found.push_back(request.body.substr(at, request.body.find_first_of(",}", at) - at));
      }
    }
    return found;
  }

  std::vector<std::optional<Deleted>>& answers_ = make<std::vector<std::optional<Deleted>>>();
};

// Goal: held messages stay hidden, with one call for ten of them in each half of the visibility timeout.
TEST_F(LeasesTest, ExtendsInTimeAndInBatchesOfTen) {
  send(23);
  hold(23);
  run_leases();
  for (int i = 0; i < 12; ++i) {
    run_for(kVisibility);
    EXPECT_EQ(visible(), 0U);
  }
  const std::vector<std::size_t> sizes = entries("ChangeMessageVisibilityBatch", kHandle);
  EXPECT_THAT(sizes, Each(Le(10U)));
  EXPECT_LE(sizes.size(), 3U * 24U);
  EXPECT_THAT(timeouts(), Each("10"));
  EXPECT_EQ(events(events::kLeaseLost), 0U);
}

// Goal: a message is deleted only if its delete was requested. The answer comes after SQS has confirmed the delete.
TEST_F(LeasesTest, DeletesOnlyWhatWasRequested) {
  send(10);
  const std::vector<LeaseRef> leases = hold(10);
  run_leases();
  for (std::size_t i = 0; i < 4; ++i) {
    request_delete(leases[i]);
  }
  EXPECT_THAT(answers_, IsEmpty());
  run_for(1s);
  EXPECT_THAT(answers_, ElementsAre(Deleted::kYes, Deleted::kYes, Deleted::kYes, Deleted::kYes));
  EXPECT_EQ(hidden(), 6U);
  EXPECT_EQ(books().leases.size(), 6U);
}

// Goal: deletes are sent in batches of ten.
TEST_F(LeasesTest, DeletesInBatchesOfTen) {
  send(25);
  const std::vector<LeaseRef> leases = hold(25);
  inside([&] {
    for (const LeaseRef lease : leases) {
      books().leases.request_delete(lease);
    }
  });
  run_leases();
  run_for(1s);
  EXPECT_THAT(entries("DeleteMessageBatch", kHandle), testing::UnorderedElementsAre(10U, 10U, 5U));
  EXPECT_EQ(visible() + hidden(), 0U);
}

// Goal: a drain deletes the messages whose delete was requested, and makes all others visible at once.
TEST_F(LeasesTest, ADrainReleasesWhatIsLeft) {
  send(25);
  const std::vector<LeaseRef> leases = hold(25);
  Leases& actor = run_leases();
  request_delete(leases[7]);
  stop(actor);
  EXPECT_TRUE(ends_within(1s));
  EXPECT_THAT(answers_, ElementsAre(Deleted::kYes));
  EXPECT_EQ(visible(), 24U);
  EXPECT_THAT(timeouts(), testing::AllOf(SizeIs(24), Each("0")));
  EXPECT_TRUE(books().leases.empty());
}

// Goal: a drain waits for deletes that SQS has not confirmed yet.
TEST_F(LeasesTest, ADrainWaitsForDeletes) {
  send(1);
  const LeaseRef lease = hold(1).front();
  Leases& actor = run_leases();
  faults_.unavailable = 1;
  request_delete(lease);
  stop(actor);
  EXPECT_FALSE(ends_within(20s));
  faults_.unavailable = 0;
  EXPECT_TRUE(ends_within(10s));
  EXPECT_THAT(answers_, ElementsAre(Deleted::kYes));
  EXPECT_EQ(visible() + hidden(), 0U);
}

// Goal: extensions that SQS refuses one by one, in answers of status 200, are logged and retried in batches.
TEST_F(LeasesTest, RefusedExtensionsAreLoggedAndRetriedInBatches) {
  send(100);
  hold(100);
  run_leases();
  faults_.partial = 1;
  run_for(kVisibility / 2);
  const std::size_t before = requests("ChangeMessageVisibilityBatch").size();
  run_for(10s);
  EXPECT_EQ(events(events::kLeaseDelayed), 1U);
  EXPECT_LE(requests("ChangeMessageVisibilityBatch").size() - before, 160U);
  faults_.partial = 0;
  run_for(10s);
  EXPECT_EQ(books().leases.size(), 100U);
}

// Goal: a released message becomes visible after the requested delay and not earlier.
TEST_F(LeasesTest, ReleasesAfterTheDelay) {
  send(1);
  const LeaseRef lease = hold(1).front();
  run_leases();
  inside([&] { books().leases.release(lease, 40s); });
  run_for(38s);
  EXPECT_EQ(visible(), 0U);
  EXPECT_TRUE(books().leases.empty());
  run_for(3s);
  EXPECT_EQ(visible(), 1U);
}

// Goal: a delete whose answer was lost is sent again and confirmed.
TEST_F(LeasesTest, ADeleteWithALostAnswerIsSentAgain) {
  send(1);
  const LeaseRef lease = hold(1).front();
  run_leases();
  simulation_.network().set_conditions({.reset_answer = 1});
  request_delete(lease);
  run_for(1s);
  EXPECT_THAT(answers_, IsEmpty());
  EXPECT_GE(requests("DeleteMessageBatch").size(), 2U);
  simulation_.network().set_conditions({});
  run_for(6s);
  EXPECT_THAT(answers_, ElementsAre(Deleted::kYes));
}

// Goal: a long outage loses no delete. The log has one line for the deletes, and one for the extensions that keep the
// done messages hidden.
TEST_F(LeasesTest, AnOutageLosesNoDelete) {
  send(3);
  const std::vector<LeaseRef> leases = hold(3);
  run_leases();
  faults_.unavailable = 1;
  for (const LeaseRef lease : leases) {
    request_delete(lease);
  }
  run_for(5min);
  EXPECT_THAT(answers_, IsEmpty());
  EXPECT_GT(requests("DeleteMessageBatch").size(), 20U);
  EXPECT_EQ(events(events::kLeaseDelayed), 2U);
  faults_.unavailable = 0;
  run_for(10s);
  EXPECT_THAT(answers_, testing::AllOf(SizeIs(3), Each(Deleted::kYes)));
}

// Goal: if SQS rejects the extension of a lease as stale, that is logged once and this lease is not extended any more.
// Other leases are.
TEST_F(LeasesTest, AStaleLeaseIsDropped) {
  send(2);
  const std::vector<LeaseRef> leases = hold(2);
  ask(sqs_.delete_batch(queue_, std::vector{leases[0]->handle}));
  run_leases();
  run_for(2min);
  EXPECT_EQ(events(events::kLeaseLost), 1U);
  const std::vector<std::size_t> sizes = entries("ChangeMessageVisibilityBatch", kHandle);
  EXPECT_EQ(sizes.at(0), 2U);
  EXPECT_EQ(sizes.at(1), 1U);
  EXPECT_EQ(hidden(), 1U);
}

// Goal: a release that comes too late ends the lease, because another worker can have the message; the drain ends, too.
TEST_F(LeasesTest, AReleaseThatIsTooLateEndsTheLease) {
  send(1);
  hold(1);
  run_for(kVisibility + 1s);
  ASSERT_EQ(visible(), 1U);
  Leases& actor = run_leases();
  stop(actor);
  EXPECT_TRUE(ends_within(1s));
  EXPECT_EQ(visible(), 1U);
}

// Goal: a delete that SQS rejects several times is given up and answered with kFailed. The message is received again.
TEST_F(LeasesTest, ADeleteThatIsRejectedSeveralTimesIsGivenUp) {
  send(1);
  const LeaseRef lease = hold(1).front();
  run_leases();
  faults_.partial = 1;
  request_delete(lease);
  run_for(1min);
  EXPECT_THAT(answers_, ElementsAre(Deleted::kFailed));
  EXPECT_EQ(requests("DeleteMessageBatch").size(), kFailuresMax);
  EXPECT_EQ(events(events::kDeleteFailed), kFailuresMax);
  EXPECT_TRUE(books().leases.empty());
  EXPECT_EQ(visible(), 1U);
}

}  // namespace
}  // namespace ekiden::worker
