#include <ekiden/runtime/mailbox.hpp>
#include <ekiden/runtime/reply.hpp>
#include <ekiden/runtime/simulated/loop.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace ekiden::runtime {
namespace {

using namespace std::chrono_literals;

Task<> produce(Mailbox<int>& mailbox, int count, int& sent) {
  for (int i = 0; i < count; ++i) {
    co_await mailbox.send(i);
    ++sent;
  }
  mailbox.close();
}

Task<> consume(Mailbox<int>& mailbox, std::vector<int>& received) {
  for (;;) {
    const std::optional<int> message = co_await mailbox.receive();
    if (!message) {
      co_return;
    }
    received.push_back(*message);
  }
}

// Goal: a sender waits for room; a receiver gets all messages in order, then nothing.
TEST(MailboxTest, HoldsBackTheSenderAndEndsAfterTheLastMessage) {
  SimulatedLoop loop;
  TaskGroup group(loop.env().executor);
  Mailbox<int> mailbox(3);
  int sent = 0;
  std::vector<int> received;
  group.spawn(produce(mailbox, 10, sent));
  loop.run();
  EXPECT_EQ(sent, 3);
  group.spawn(consume(mailbox, received));
  loop.run();
  EXPECT_EQ(received, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(group.size(), 0U);
}

// Goal: a full or closed mailbox rejects a message without taking it.
TEST(MailboxTest, RefusesWithoutTaking) {
  Mailbox<std::vector<int>> mailbox(1);
  std::vector<int> first{1};
  std::vector<int> second{2};
  EXPECT_TRUE(mailbox.try_send(std::move(first)));
  EXPECT_FALSE(mailbox.try_send(std::move(second)));
  EXPECT_EQ(second.size(), 1U);  // NOLINT(bugprone-use-after-move): that it is still there is the point.
  mailbox.close();
  EXPECT_EQ(mailbox.try_receive()->front(), 1);
  EXPECT_FALSE(mailbox.try_send(std::move(second)));
}

// Goal: if a receiver is cancelled after its wake-up, another receiver gets the message.
TEST(MailboxTest, CancelledReceiverDoesNotStrandAMessage) {
  SimulatedLoop loop;
  TaskGroup group(loop.env().executor);
  Mailbox<int> mailbox(4);
  std::vector<int> lost;
  std::vector<int> received;
  const auto victim = group.spawn(consume(mailbox, lost));
  loop.run();
  EXPECT_TRUE(mailbox.try_send(7));  // Wakes the victim...
  victim.cancel();                   // ...which goes before it runs.
  group.spawn(consume(mailbox, received));
  loop.run();
  mailbox.close();
  loop.run();
  EXPECT_EQ(lost.size() + received.size(), 1U);
  EXPECT_TRUE(victim.ended());
}

struct Sum {
  int a;
  int b;
  Reply<int> reply;
};

Task<> serve_one(Mailbox<Sum>& mailbox, bool answer) {
  std::optional<Sum> sum = co_await mailbox.receive();
  if (answer) {
    sum->reply.complete(sum->a + sum->b);
  }
}

Task<std::optional<int>> ask_sum(Mailbox<Sum>& mailbox) {
  Question<int> question = make_question<int>();
  Sum sum{19, 23, std::move(question.reply)};
  co_await mailbox.send(std::move(sum));
  co_return co_await question.answer.get();
}

// Goal: an answer arrives; if the actor drops the question, or the mailbox is closed, the answer is Broken.
TEST(ReplyTest, IsNeverDropped) {
  SimulatedLoop loop;
  TaskGroup group(loop.env().executor);
  Mailbox<Sum> mailbox(1);
  group.spawn(serve_one(mailbox, true));
  EXPECT_EQ(loop.run(ask_sum(mailbox)), 42);
  group.spawn(serve_one(mailbox, false));
  EXPECT_EQ(loop.run(ask_sum(mailbox)), Broken);
  mailbox.close();
  EXPECT_EQ(loop.run(ask_sum(mailbox)), Broken);
}

}  // namespace
}  // namespace ekiden::runtime
