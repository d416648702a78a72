// The Processor with all kinds of handlers. The test plays the Receiver and Leases: it fills the mailbox, and reads
// from the LeaseBook what should happen to each message. The dead-letter queue is simulated.
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

#include "processor_fixture.hpp"

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

// Goal: done deletes the message. It counts as succeeded only after SQS has confirmed the delete.
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

// Goal: a delete with a stale handle is not a success, because the message will be received again.
TEST_F(ProcessorTest, ADeleteThatIsTooLateIsNoSuccess) {
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

// Goal: a delete that was lost in a crash of Leases is requested again.
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

// Goal: retry releases the message after the handler's delay, rounded up to seconds.
TEST_F(ProcessorTest, ARetryIsReleasedAfterItsDelay) {
  run_processor(always(Outcome::retry(4'200ms)));
  deliver();
  EXPECT_THAT(returns(), ElementsAre(5s));
  EXPECT_THAT(deletes(), IsEmpty());
}

// Goal: drop deletes the message without an effect and logs the reason.
TEST_F(ProcessorTest, ADropIsDeleted) {
  run_processor(always(Outcome::drop("an old one")));
  deliver();
  EXPECT_EQ(deletes().size(), 1U);
  EXPECT_EQ(events(events::kDropped), 1U);
  EXPECT_THAT(dead_letters(), IsEmpty());
}

// Goal: an exception causes a retry. The delay doubles with each receive, up to the maximum.
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

// Goal: a thrown value that is not a std::exception causes a retry, too.
TEST_F(ProcessorTest, EveryThrownTypeIsRetried) {
  run_processor(throwing(42));
  deliver();
  EXPECT_EQ(returns().size(), 1U);
}

// Goal: if a handler aborts one of its own waits, that is a failure like others and not a cancellation of its task.
TEST_F(ProcessorTest, AnAbortOfTheHandlersOwnIsRetried) {
  run_processor(throwing(boost::system::system_error(boost::asio::error::operation_aborted)));
  deliver();
  deliver();
  EXPECT_EQ(returns().size(), 2U);
  EXPECT_EQ(events(events::kRetried), 2U);
  EXPECT_TRUE(running());
}

// Goal: a thrown outcome has the same effect as a returned one.
TEST_F(ProcessorTest, AThrownOutcomeCounts) {
  run_processor(throwing(Outcome::retry(30s)));
  deliver();
  EXPECT_THAT(returns(), ElementsAre(30s));
}

// Goal: a rejected message is deleted only after its copy is in the dead-letter queue, with the reason.
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

// Goal: without a dead-letter queue a rejected message is released, never deleted.
TEST_F(ProcessorTest, ARejectionWithoutADeadLetterQueueIsReleased) {
  settings_.retry_max = 60s;
  dead_queue_.reset();
  run_processor(always(Outcome::reject("unwanted")));
  deliver();
  EXPECT_THAT(returns(), ElementsAre(60s));
  EXPECT_THAT(deletes(), IsEmpty());
  EXPECT_EQ(events(events::kRejected), 0U);
  EXPECT_EQ(events(events::kUnstored), 1U);
}

// Goal: a dead-letter queue that takes nothing costs no message a receive: the message is held. Method: the queue does
// not exist, and is created 40 s later.
TEST_F(ProcessorTest, ARejectedMessageIsHeldWhileTheDeadLetterQueueIsGone) {
  dead_queue_ = aws::sqs::QueueUrl(dead_queue_->text() + "-is-gone");
  run_processor(always(Outcome::reject("unwanted")));
  for (int i = 0; i < 200; ++i) {
    deliver();
  }
  run_for(40s);
  EXPECT_THAT(returns(), IsEmpty());
  EXPECT_THAT(deletes(), IsEmpty());
  EXPECT_TRUE(books().outages.any());
  EXPECT_EQ(events(events::kOutageBegan), 1U);
  EXPECT_LE(requests("SendMessage").size(), 250U) << "after the first refusals one probe at a time";
  ask(sqs_.create_queue(std::string(dead_queue_->name())));
  run_for(15s);
  EXPECT_FALSE(books().outages.any());
  EXPECT_EQ(events(events::kOutageEnded), 1U);
  EXPECT_EQ(events(events::kRejected), 200U);
  EXPECT_EQ(events(events::kRetried), 0U);
}

// Goal: a copy that SQS refuses because of the message itself is not sent again and again: the message is released, not
// deleted, and the log has the reason of the rejection.
TEST_F(ProcessorTest, ARejectionWhoseCopyIsInvalidIsReleased) {
  settings_.retry_max = 60s;
  run_processor(always(Outcome::reject("unwanted")));
  deliver(std::string("\x01", 1));
  run_for(1s);
  EXPECT_THAT(returns(), ElementsAre(60s));
  EXPECT_THAT(deletes(), IsEmpty());
  EXPECT_EQ(events(events::kUnstored), 1U);
  EXPECT_FALSE(books().outages.any());
}

// Goal: a message that is done, but comes again, is deleted without its handler.
TEST_F(ProcessorTest, AMessageThatIsDoneIsNotHandledAgain) {
  int& calls = make<int>(0);
  run_processor(make_handler([&calls](Message) { return count(calls); }));
  inside([this] { books().done.remember("id-0", 0); });
  deliver();
  deliver();
  run_for(10ms);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(deletes().size(), 2U);
  EXPECT_EQ(events(events::kDoneAgain), 1U);
}

// Goal: a message whose delete SQS does not confirm is remembered as done.
TEST_F(ProcessorTest, AnUnconfirmedDeleteIsRemembered) {
  run_processor(always(Outcome::done()));
  deliver();
  run_for(10ms);
  const std::vector<LeaseRef> batch = deletes();
  ASSERT_EQ(batch.size(), 1U);
  inside([&] { books().leases.stale(batch.front()); });
  run_for(10ms);
  EXPECT_TRUE(books().done.contains("id-0", 0));
}

// Goal: a crash of the Processor does not release a message that is done.
TEST_F(ProcessorTest, ADoneMessageIsStillDeletedAfterACrash) {
  Processor& processor = make_processor(always(Outcome::done()));
  auto& tasks = make<runtime::TaskGroup>(env().executor);
  inside([&] { tasks.spawn(processor.run()); });
  deliver();
  run_for(10ms);
  inside([&] { tasks.cancel(); });
  run_for(10ms);
  EXPECT_EQ(tasks.size(), 0U);
  EXPECT_THAT(returns(), IsEmpty());
  EXPECT_EQ(deletes().size(), 1U);
  EXPECT_TRUE(books().done.contains("id-0", 0));
}

// Goal: a body that cannot be decoded goes to the dead-letter queue, and the handler is not called.
TEST_F(ProcessorTest, ABodyThatCannotBeDecodedIsRejected) {
  int& calls = make<int>(0);
  run_processor(make_handler([&calls](News) { return count(calls); }));
  deliver(R"({"title":7})");
  run_for(1s);
  EXPECT_EQ(deletes().size(), 1U);
  const std::vector<aws::sqs::Message> dead = dead_letters();
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_THAT(dead[0].attributes.at("EkidenReason").value, HasSubstr("undecodable: "));
  EXPECT_EQ(calls, 0);
}

// Goal: a drain waits for running handlers and deletes their messages. Messages that have not begun are released at
// once.
TEST_F(ProcessorTest, ADrainFinishesRunningHandlersAndReleasesTheRest) {
  runtime::Condition& gate = make<runtime::Condition>();
  Processor& processor = run_processor(make_handler([&gate](Message) { return wait(gate); }));
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

// Goal: a cancelled task releases its message and does not delete it.
TEST_F(ProcessorTest, ACancelledTaskReleasesItsMessage) {
  runtime::Condition& gate = make<runtime::Condition>();
  auto& life = make<runtime::TaskGroup>(env().executor);
  Processor& processor = make_processor(make_handler([&gate](Message) { return wait(gate); }));
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
