/// ProcessorTest: the Processor with any handler. The test plays the Receiver and Leases: it fills the mailbox, and
/// reads from the LeaseBook what should happen to each message. The dead-letter queue is simulated.
#pragma once

#include <ekiden/worker/handler.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actor/actor_fixture.hpp"
#include "handle/processor.hpp"

namespace ekiden::worker {

class ProcessorTest : public ActorFixture {
 protected:
  ProcessorTest() { dead_queue_ = ask(sqs_.create_queue("news-dead")); }

  /// Makes a Processor with this handler.
  Processor& make_processor(AnyHandler handler) {
    Books& of = books();
    auto& kept = make<AnyHandler>(std::move(handler));
    auto& lent = make<Context::Lent>(
        Context::Lent{env(), process_.transport(), of.writes, of.settings.table, of.settings.options});
    auto& dead = make<DeadLetters>(DeadLetters::Seams{env(), of.sqs, dead_queue_, "news", of.dead_letters, of.pulse});
    auto& handlers = make<RunningHandlers>(process_.clock());
    return make<Processor>(Processor::Seams{lent, "news", of.settings, kept, of.leases, of.activity, of.pulse, handlers,
                                            dead, of.done, of.mailbox});
  }
  Processor& run_processor(AnyHandler handler) {
    Processor& processor = make_processor(std::move(handler));
    start(processor);
    return processor;
  }
  /// A handler that returns this outcome.
  static AnyHandler always(Outcome outcome) {
    return make_handler([outcome = std::move(outcome)](Message) { return yield_outcome(outcome); });
  }
  template <typename E>
  static AnyHandler throwing(E error) {
    return make_handler([error](Message) { return fail(error); });
  }
  /// Puts a message into the mailbox, as the Receiver does.
  void deliver(const std::string& body = "{}", int receive_count = 1) {
    inside([&] { enqueue(body, receive_count); });
  }
  /// Like deliver(), for code that already runs inside the worker's loop.
  void enqueue(const std::string& body = "{}", int receive_count = 1) {
    Message message;
    message.id = "id-" + std::to_string(delivered_++);
    message.body = body;
    message.receive_count = receive_count;
    const auto lease = books().leases.add(aws::sqs::ReceiptHandle("handle"), message.id, process_.clock().now());
    books().activity.begin();
    books().mailbox.try_send(Delivery{std::move(message), lease.value()});
  }
  /// The leases that Leases would delete now.
  std::vector<LeaseRef> deletes() {
    std::vector<LeaseRef> batch;
    run_for(settings_.delete_linger);
    inside([&] { batch = books().leases.take_deletes(); });
    return batch;
  }
  /// The delays of the releases that Leases would send now.
  std::vector<std::chrono::seconds> returns() {
    std::vector<std::chrono::seconds> delays;
    run_for(settings_.delete_linger);
    inside([&] {
      for (const LeaseRef lease : books().leases.take_releases()) {
        delays.push_back(books().leases.timeout(*lease));
        books().leases.done(lease);
      }
    });
    return delays;
  }
  void confirm(LeaseRef lease) {
    inside([&] { books().leases.done(lease); });
    run_for(std::chrono::milliseconds(1));
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

}  // namespace ekiden::worker
