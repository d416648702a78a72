// The Receiver with a simulated queue. The test plays the Processor and Leases: it empties the mailbox and settles
// leases.
#include "receive/receiver.hpp"

#include <ekiden/worker/events.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "actor/actor_fixture.hpp"

namespace ekiden::worker {
namespace {

using namespace std::chrono_literals;
using testing::Each;
using testing::ElementsAre;
using testing::Le;

class ReceiverTest : public ActorFixture {
 protected:
  Receiver& receiver() {
    if (receiver_ == nullptr) {
      Books& of = books();
      FirstReceive& first = make<FirstReceive>([](const aws::Error&) {});
      receiver_ =
          &make<Receiver>(Receiver::Seams{env(), of.sqs, queue_, "news", kVisibility, of.settings, of.leases, of.memory,
                                          of.activity, of.pulse, of.mailbox, first, paused_, of.outages});
      start(*receiver_);
    }
    return *receiver_;
  }
  /// Takes a message from the mailbox and deletes it, as if its handler had ended at once. Returns its body.
  std::string handle_one() {
    std::optional<Delivery> delivery;
    inside([&] {
      delivery = books().mailbox.try_receive();
      if (delivery) {
        books().activity.end();
        books().leases.request_delete(delivery->lease);
      }
    });
    if (!delivery) {
      return {};
    }
    ask(sqs_.delete_batch(queue_, std::vector{delivery->lease->handle}));
    run_for(settings_.delete_linger);
    inside([&] { books().leases.done(books().leases.take_deletes().at(0)); });
    return delivery->message.body;
  }
  /// The number of messages that each receive requested.
  std::vector<int> asked() const {
    std::vector<int> counts;
    const std::string name = "\"MaxNumberOfMessages\":";
    for (const Request& request : requests("ReceiveMessage")) {
      counts.push_back(std::stoi(request.body.substr(request.body.find(name) + name.size())));
    }
    return counts;
  }

  bool& paused_ = make<bool>(false);

 private:
  Receiver* receiver_ = nullptr;
};

// Goal: every message of the queue is put into the mailbox once, with its own lease.
TEST_F(ReceiverTest, DeliversEachMessageOnceWithItsLease) {
  send(35);
  receiver();
  run_for(5s);
  EXPECT_EQ(books().leases.size(), 35U);
  EXPECT_EQ(hidden(), 35U);
  std::set<std::string> bodies;
  while (!books().mailbox.empty()) {
    bodies.insert(handle_one());
  }
  EXPECT_EQ(bodies.size(), 35U);
  EXPECT_TRUE(books().leases.empty());
}

// Goal: held messages plus requested messages never exceed max_in_flight.
TEST_F(ReceiverTest, AsksForNoMoreThanThereIsRoomFor) {
  settings_.max_in_flight = 13;
  send(40);
  receiver();
  run_for(5s);
  EXPECT_EQ(books().leases.size(), 13U);
  EXPECT_THAT(asked(), ElementsAre(10, 3));
  for (int i = 0; i < 4; ++i) {
    handle_one();
  }
  run_for(2s);
  EXPECT_EQ(books().leases.size(), 13U);
  const std::vector<int> counts = asked();
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), 0), 13 + 4);
}

// Goal: a drain starts no receive, and lets the open long poll end by itself: SQS can still give messages to it. What
// it brings is released.
TEST_F(ReceiverTest, ADrainLetsTheOpenPollEndAndReleasesWhatItBrings) {
  settings_.wait_time = 20s;
  send(3);
  Receiver& actor = receiver();
  run_for(2s);
  const std::size_t receives = asked().size();
  stop(actor);
  run_for(5s);
  EXPECT_TRUE(running());
  EXPECT_EQ(books().leases.size(), 3U) << "received messages must still be settled";
  send(1);
  EXPECT_TRUE(ends_within(1s)) << "the poll has its answer";
  EXPECT_EQ(books().leases.size(), 4U);
  EXPECT_EQ(books().mailbox.size(), 3U);
  run_for(settings_.delete_linger);
  EXPECT_EQ(books().leases.take_releases().size(), 1U);
  run_for(1min);
  EXPECT_EQ(asked().size(), receives + 1) << "only the open poll was answered";
}

// Goal: an open long poll holds up a drain for no longer than its wait; a second request to stop cuts it off.
TEST_F(ReceiverTest, ADrainEndsWithThePollOrWithASecondRequest) {
  settings_.wait_time = 20s;
  Receiver& actor = receiver();
  run_for(5s);
  stop(actor);
  EXPECT_FALSE(ends_within(10s));
  EXPECT_EQ(events(events::kReceiveLost), 0U);
  stop(actor);
  EXPECT_TRUE(ends_within(100ms));
  EXPECT_EQ(events(events::kReceiveLost), 1U) << "SQS may have given a message to the poll that was cut off";
}

// Goal: a drain does not wait for the pause before a retry.
TEST_F(ReceiverTest, ADrainDoesNotWaitForARetry) {
  faults_.unavailable = 1;
  Receiver& actor = receiver();
  run_for(1min);
  stop(actor);
  EXPECT_TRUE(ends_within(100ms));
}

// Goal: a server that answers at once, without messages and without waiting, is not asked without end.
TEST_F(ReceiverTest, PacesEmptyAnswersThatComeAtOnce) {
  settings_.wait_time = 0s;
  receiver();
  run_for(60s);
  EXPECT_LE(asked().size(), 150U);
  send(1);
  run_for(1100ms);
  EXPECT_EQ(books().leases.size(), 1U) << "the longest pause is 1 s";
}

// Goal: no receive starts during a pause; receives continue after it.
TEST_F(ReceiverTest, ReceivesNothingDuringAPause) {
  settings_.wait_time = 1s;
  receiver();
  run_for(5s);
  inside([this] { paused_ = true; });
  run_for(2s);
  const std::size_t receives = asked().size();
  send(1);
  run_for(1min);
  EXPECT_EQ(asked().size(), receives);
  inside([this] {
    paused_ = false;
    books().leases.room_made().notify_all();
  });
  run_for(2s);
  EXPECT_EQ(books().leases.size(), 1U);
}

// Goal: while a queue fails, receives become rarer and the log has one line. Afterwards messages are received again.
TEST_F(ReceiverTest, BacksOffAfterFailuresAndRecovers) {
  receiver();
  run_for(1s);
  faults_.unavailable = 1;
  run_for(1min);
  const std::size_t first = asked().size();
  run_for(1min);
  const std::size_t second = asked().size() - first;
  EXPECT_GT(events(events::kReceiveError), 3U);
  EXPECT_EQ(events(events::kReceiveFailed), 1U);
  EXPECT_LT(second, first);
  EXPECT_LE(second, 40U);
  faults_.unavailable = 0;
  send(20);
  run_for(15s);
  EXPECT_EQ(books().leases.size(), 20U);
}

// Goal: received messages fit the memory budget, and settled messages make room. Method: a budget for three large
// messages.
TEST_F(ReceiverTest, TakesPartInTheMemoryBudget) {
  constexpr std::uint64_t kLarge = 90'000;
  budget_ = MemoryBudget(3 * MemoryBudget::cost_of(kLarge), kLarge);
  send(8, kLarge);
  receiver();
  std::size_t handled = 0;
  for (int second = 0; second < 60 && handled < 8; ++second) {
    run_for(1s);
    EXPECT_LE(books().memory->used(), *books().memory->bytes());
    EXPECT_LE(books().leases.size(), 3U);
    handled += handle_one().empty() ? 0 : 1;
  }
  EXPECT_EQ(handled, 8U);
  EXPECT_THAT(asked(), Each(Le(3)));
}

// Goal: a message that is received again while it is held is not handled twice. Method: no lease is extended.
TEST_F(ReceiverTest, ADuplicateIsNotDeliveredAgain) {
  send(1);
  receiver();
  run_for(kVisibility + 5s);
  EXPECT_GE(events(events::kDuplicate), 1U);
  EXPECT_EQ(books().mailbox.size(), 1U);
  EXPECT_EQ(books().leases.size(), 1U);
}

// Goal: with a poll interval there is one short poll in each interval.
TEST_F(ReceiverTest, PollsOncePerInterval) {
  settings_.poll_interval = 10s;
  receiver();
  run_for(65s);
  EXPECT_EQ(asked().size(), 7U);
}

}  // namespace
}  // namespace ekiden::worker
