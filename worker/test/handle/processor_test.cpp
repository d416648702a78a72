// The Processor with handlers of every kind. The test plays the Receiver and the Leases: it fills the mailbox, and
// reads in the LeaseBook what each message has come to. The dead-letter queue is a simulated one.
#include "handle/processor.hpp"

#include <ekiden/runtime/task_group.hpp>
#include <ekiden/runtime/waiter.hpp>
#include <ekiden/worker/events.hpp>

#include <boost/asio/error.hpp>
#include <boost/describe.hpp>
#include <boost/system/system_error.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "actor/actor_fixture.hpp"

namespace ekiden::worker {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct News {
  std::string title;
};
BOOST_DESCRIBE_STRUCT(News, (), (title))

class ProcessorTest : public ActorFixture {
 protected:
  ProcessorTest() { dead_queue_ = ask(sqs_.create_queue("news-dead")); }

  /// Makes a Processor whose messages `handler` judges.
  Processor& make_processor(AnyHandler handler) {
    Books& of = books();
    auto& kept = make<AnyHandler>(std::move(handler));
    auto& lent = make<Context::Lent>(
        Context::Lent{env(), process_.transport(), of.writes, of.settings.table, of.settings.options});
    auto& dead = make<DeadLetters>(env(), of.sqs, dead_queue_, "news", of.pulse);
    auto& handlers = make<RunningHandlers>(process_.clock());
    return make<Processor>(Processor::Seams{lent, "news", of.settings, kept, of.leases, of.activity, of.pulse, handlers,
                                            dead, of.mailbox});
  }
  Processor& run_processor(AnyHandler handler) {
    Processor& processor = make_processor(std::move(handler));
    start(processor);
    return processor;
  }
  /// A handler that ends with this outcome.
  static AnyHandler always(Outcome outcome) {
    return make_handler([outcome = std::move(outcome)](const Message&) { return yield_outcome(outcome); });
  }
  template <typename E>
  static AnyHandler throwing(E error) {
    return make_handler([error](const Message&) { return fail(error); });
  }
  /// Hands a message over, as the Receiver does.
  void deliver(const std::string& body = "{}", int receive_count = 1) {
    inside([&] { enqueue(body, receive_count); });
  }
  /// As deliver(), for who is inside already.
  void enqueue(const std::string& body = "{}", int receive_count = 1) {
    Message message;
    message.id = "id-" + std::to_string(delivered_++);
    message.body = body;
    message.receive_count = receive_count;
    const auto lease = books().leases.add(aws::sqs::ReceiptHandle("handle"), message.id, process_.clock().now());
    books().activity.begin();
    books().mailbox.try_send(Delivery{std::move(message), lease.value()});
  }
  /// What Leases would delete now.
  std::vector<LeaseRef> deletes() {
    std::vector<LeaseRef> batch;
    run_for(settings_.delete_linger);
    inside([&] { batch = books().leases.take_deletes(); });
    return batch;
  }
  /// For how long Leases would hide what it would return now.
  std::vector<std::chrono::seconds> returns() {
    std::vector<std::chrono::seconds> delays;
    run_for(settings_.delete_linger);
    inside([&] {
      for (const LeaseRef lease : books().leases.take_returns()) {
        delays.push_back(books().leases.timeout(*lease));
        books().leases.done(lease);
      }
    });
    return delays;
  }
  void confirm(LeaseRef lease) {
    inside([&] { books().leases.done(lease); });
    run_for(1ms);
  }
  static Task<> count(int& calls) {
    ++calls;
    co_return;
  }
  static Task<> wait(runtime::Condition& gate) { co_await gate.wait(); }
  std::vector<aws::sqs::Message> dead_letters() { return ask(sqs_.receive(dead_queue_.value(), {})); }

  std::optional<aws::sqs::QueueUrl> dead_queue_;

 private:
  static Task<Outcome> yield_outcome(Outcome outcome) { co_return outcome; }
  template <typename E>
  static Task<> fail(E error) {
    throw error;
    co_return;
  }

  int delivered_ = 0;
};

// Goal: a message that is done is deleted, and counts as succeeded once SQS has confirmed that.
TEST_F(ProcessorTest, DoneIsDeletedAndSucceedsOnceConfirmed) {
  run_processor(always(Outcome::done()));
  deliver();
  run_for(1s);
  const std::vector<LeaseRef> batch = deletes();
  ASSERT_EQ(batch.size(), 1U);
  EXPECT_EQ(events(events::kSucceeded), 0U);
  confirm(batch[0]);
  EXPECT_EQ(events(events::kSucceeded), 1U);
  EXPECT_TRUE(books().leases.empty());
}

// Goal: a delete that found a stale handle is no success: the message will come again.
TEST_F(ProcessorTest, ADeleteThatCameTooLateIsNoSuccess) {
  run_processor(always(Outcome::done()));
  deliver();
  run_for(1s);
  const std::vector<LeaseRef> batch = deletes();
  ASSERT_EQ(batch.size(), 1U);
  inside([&] { books().leases.stale(batch[0]); });
  run_for(1s);
  EXPECT_EQ(events(events::kSettled), 1U);
  EXPECT_EQ(events(events::kSucceeded), 0U);
}

// Goal: a delete that was lost in a crash of Leases is asked for again.
TEST_F(ProcessorTest, ALostDeleteIsAskedForAgain) {
  run_processor(always(Outcome::done()));
  deliver();
  run_for(1s);
  const std::vector<LeaseRef> lost = deletes();
  ASSERT_EQ(lost.size(), 1U);
  inside([&] { books().leases.lost_in_crash(lost[0]); });
  run_for(1s);
  const std::vector<LeaseRef> again = deletes();
  ASSERT_EQ(again.size(), 1U);
  confirm(again[0]);
  EXPECT_EQ(events(events::kSucceeded), 1U);
}

// Goal: a retry becomes visible after the time that the handler asked for, rounded up to seconds.
TEST_F(ProcessorTest, ARetryIsReturnedAfterItsTime) {
  run_processor(always(Outcome::retry(4'200ms)));
  deliver();
  EXPECT_THAT(returns(), ElementsAre(5s));
  EXPECT_THAT(deletes(), IsEmpty());
}

// Goal: a drop is deleted without an effect, and logged.
TEST_F(ProcessorTest, ADropIsDeleted) {
  run_processor(always(Outcome::drop("an old one")));
  deliver();
  EXPECT_EQ(deletes().size(), 1U);
  EXPECT_EQ(events(events::kDropped), 1U);
  EXPECT_THAT(dead_letters(), IsEmpty());
}

// Goal: an exception is a retry, and the wait doubles with each receive, up to the limit.
TEST_F(ProcessorTest, AThrowIsRetriedWithABackoffThatGrows) {
  settings_.retry_initial = 8s;
  settings_.retry_max = 60s;
  run_processor(throwing(std::runtime_error("no luck")));
  for (const auto& [receive_count, most] :
       {std::pair(1, 8s), std::pair(2, 16s), std::pair(3, 32s), std::pair(9, 60s)}) {
    deliver("{}", receive_count);
    const std::vector<std::chrono::seconds> delays = returns();
    ASSERT_EQ(delays.size(), 1U);
    EXPECT_GE(delays[0], most / 2);
    EXPECT_LE(delays[0], most);
  }
  EXPECT_EQ(events(events::kRetried), 4U);
}

// Goal: whatever is thrown, the message comes back, also if it is no std::exception.
TEST_F(ProcessorTest, WhateverIsThrownIsRetried) {
  run_processor(throwing(42));
  deliver();
  EXPECT_EQ(returns().size(), 1U);
}

// Goal: a wait of the handler's own that it aborts itself is a failure like others: nothing else is cut off by it.
TEST_F(ProcessorTest, AnAbortOfTheHandlersOwnIsRetried) {
  run_processor(throwing(boost::system::system_error(boost::asio::error::operation_aborted)));
  deliver();
  deliver();
  EXPECT_EQ(returns().size(), 2U);
  EXPECT_EQ(events(events::kRetried), 2U);
  EXPECT_TRUE(running());
}

// Goal: an outcome that is thrown counts as if it were returned.
TEST_F(ProcessorTest, AThrownOutcomeCounts) {
  run_processor(throwing(Outcome::retry(30s)));
  deliver();
  EXPECT_THAT(returns(), ElementsAre(30s));
}

// Goal: a rejected message is deleted only once its copy, with the reason, is in the dead-letter queue.
TEST_F(ProcessorTest, ARejectionIsDeletedOnceItsCopyIsStored) {
  run_processor(always(Outcome::reject("unwanted")));
  faults_.unavailable = 1;
  deliver(R"({"title":"x"})");
  run_for(1min);
  EXPECT_THAT(deletes(), IsEmpty());
  EXPECT_THAT(returns(), IsEmpty());
  faults_.unavailable = 0;
  run_for(15s);
  EXPECT_EQ(deletes().size(), 1U);
  const std::vector<aws::sqs::Message> dead = dead_letters();
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(dead[0].body, R"({"title":"x"})");
  EXPECT_EQ(dead[0].attributes.at("EkidenReason").value, "unwanted");
  EXPECT_EQ(dead[0].attributes.at("EkidenMessageId").value, "id-0");
  EXPECT_EQ(events(events::kRejected), 1U);
}

// Goal: without a dead-letter queue a rejected message is returned, never deleted.
TEST_F(ProcessorTest, ARejectionWithoutAPlaceIsReturned) {
  settings_.retry_max = 60s;
  dead_queue_.reset();
  run_processor(always(Outcome::reject("unwanted")));
  deliver();
  EXPECT_THAT(returns(), ElementsAre(60s));
  EXPECT_THAT(deletes(), IsEmpty());
  EXPECT_EQ(events(events::kRejected), 0U);
}

// Goal: a copy that SQS refuses for good deletes nothing, either. Method: the dead-letter queue is gone.
TEST_F(ProcessorTest, ARejectionThatSqsRefusesIsReturned) {
  settings_.retry_max = 60s;
  dead_queue_ = aws::sqs::QueueUrl(dead_queue_->text() + "-is-gone");
  run_processor(always(Outcome::reject("unwanted")));
  deliver();
  run_for(1s);
  EXPECT_THAT(returns(), ElementsAre(60s));
  EXPECT_THAT(deletes(), IsEmpty());
}

// Goal: what cannot be decoded goes to the dead-letter queue, and its handler is not called.
TEST_F(ProcessorTest, WhatCannotBeDecodedIsRejected) {
  int& calls = make<int>(0);
  run_processor(make_handler([&calls](const News&) { return count(calls); }));
  deliver(R"({"title":7})");
  run_for(1s);
  EXPECT_EQ(deletes().size(), 1U);
  const std::vector<aws::sqs::Message> dead = dead_letters();
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_THAT(dead[0].attributes.at("EkidenReason").value, HasSubstr("undecodable: "));
  EXPECT_EQ(calls, 0);
}

// Goal: at a drain what runs is waited for and deleted, what has not begun is returned at once.
TEST_F(ProcessorTest, ADrainFinishesWhatRunsAndReturnsTheRest) {
  runtime::Condition& gate = make<runtime::Condition>();
  Processor& processor = run_processor(make_handler([&gate](const Message&) { return wait(gate); }));
  deliver();
  run_for(1s);
  inside([&] {
    for (int i = 0; i < 3; ++i) {
      enqueue();
    }
    processor.request_stop();
  });
  EXPECT_THAT(returns(), ElementsAre(0s, 0s, 0s));
  EXPECT_FALSE(ends_within(10s));
  inside([&gate] { gate.notify_all(); });
  const std::vector<LeaseRef> batch = deletes();
  ASSERT_EQ(batch.size(), 1U);
  EXPECT_TRUE(running()) << "the delete is not confirmed";
  confirm(batch[0]);
  EXPECT_TRUE(ends_within(1s));
}

// Goal: a task that is cut off returns its message, and deletes nothing.
TEST_F(ProcessorTest, ACancelledTaskReturnsItsMessage) {
  runtime::Condition& gate = make<runtime::Condition>();
  auto& life = make<runtime::TaskGroup>(env().executor);
  Processor& processor = make_processor(make_handler([&gate](const Message&) { return wait(gate); }));
  life.spawn(processor.run());
  deliver();
  run_for(1s);
  inside([&life] { life.cancel(); });
  EXPECT_THAT(returns(), ElementsAre(0s));
  EXPECT_THAT(deletes(), IsEmpty());
  EXPECT_EQ(events(events::kRetried), 0U);
  EXPECT_TRUE(books().activity.idle());
}

}  // namespace
}  // namespace ekiden::worker
