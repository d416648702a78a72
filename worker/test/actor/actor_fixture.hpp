/// ActorFixture: runs one actor of a pipeline with a simulated queue and table. The test has access to its books.
#pragma once

#include <ekiden/aws/dynamodb/client.hpp>
#include <ekiden/aws/sqs/client.hpp>
#include <ekiden/local/options.hpp>
#include <ekiden/runtime/actor.hpp>
#include <ekiden/runtime/mailbox.hpp>
#include <ekiden/testkit/simulation.hpp>
#include <ekiden/worker/settings.hpp>

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "handle/delivery.hpp"
#include "handle/done_messages.hpp"
#include "lease/lease_book.hpp"
#include "memory/memory_budget.hpp"
#include "outage/breaker.hpp"
#include "vitals/activity.hpp"
#include "vitals/pulse.hpp"
#include "write/write_book.hpp"

namespace ekiden::worker {

/// What a Pipeline provides to its actors, in the process "worker".
struct Books {
  Books(testkit::Process& process, Settings with, MemoryBudget budget, std::chrono::seconds visibility);

  Settings settings;
  aws::sqs::SqsClient sqs;
  aws::dynamodb::DynamoDbClient dynamodb;
  Activity activity;
  Pulse pulse;
  std::shared_ptr<MemoryBudget> memory;
  Outages outages;
  Breaker deletes;
  Breaker extensions;
  Breaker dead_letters;
  LeaseBook leases;
  DoneMessages done;
  WriteBook writes;
  runtime::Mailbox<Delivery> mailbox;
};

/// A server with the queue "news" and the table "news-deliveries", and the process "worker", in which one actor runs.
/// The test plays the other actors: it reads and fills the books.
class ActorFixture : public testing::Test {
 protected:
  static constexpr std::chrono::seconds kVisibility{10};
  static constexpr const char* kTable = "news-deliveries";

  /// A request that the server answered.
  struct Request {
    std::string operation;
    std::string body;
  };

  ActorFixture();

  /// The books. The first call makes them from `settings_` and `budget_`; later changes of those have no effect.
  Books& books();
  /// Makes an object, such as an actor, that lives as long as the process.
  template <typename T, typename... Args>
  T& make(Args&&... args) {
    return process_.keep(std::make_unique<T>(std::forward<Args>(args)...));
  }
  /// Starts the actor. running() is true until its run() returns.
  void start(runtime::Actor& actor);
  bool running() const { return running_; }
  /// True if run() returns within `limit`.
  bool ends_within(runtime::Duration limit);
  /// Asks the actor to stop, inside its loop.
  void stop(runtime::Actor& actor);
  /// Calls `act` inside the worker's loop, and returns once it has been called.
  void inside(std::function<void()> act);
  void run_for(runtime::Duration time) { simulation_.run_for(time); }
  runtime::Env env() { return process_.env(); }

  /// Sends messages with the bodies "0", "1", ..., padded to `bytes`.
  void send(std::size_t count, std::size_t bytes = 0);
  /// Receives `count` messages like the Receiver and adds them to the LeaseBook.
  std::vector<LeaseRef> hold(std::size_t count);
  /// The number of visible messages in the queue, and of hidden ones.
  std::size_t visible();
  std::size_t hidden();
  std::optional<aws::dynamodb::Item> item(const std::string& id);
  template <typename T>
  T ask(Task<T> task) {
    return simulation_.run(tools_, std::move(task));
  }

  /// The requests so far for an operation, such as "DeleteMessageBatch", in the order of the answers.
  std::vector<Request> requests(const std::string& operation) const;
  /// The number of entries of each of these requests, counted as occurrences of `mark` in its body.
  std::vector<std::size_t> entries(const std::string& operation, const std::string& mark) const;
  /// How often the worker published the event.
  std::size_t events(const runtime::EventSpec& spec) const;

 private:
  std::size_t count_of(const char* attribute);

  // Declared before the simulation, which refers to them.
  std::vector<Request> requests_;
  std::map<std::string, std::size_t, std::less<>> events_;
  bool running_ = false;
  std::size_t sent_ = 0;
  Books* books_ = nullptr;

 protected:
  local::Faults faults_;  ///< The server's faults, from the next request on.
  Settings settings_;
  std::optional<MemoryBudget> budget_;
  testkit::Simulation simulation_{1};
  testkit::Process& server_{simulation_.process("server")};
  testkit::Process& tools_{simulation_.process("tools")};
  testkit::Process& process_{simulation_.process("worker")};
  aws::sqs::SqsClient& sqs_;  ///< The test's own clients, in the process "tools".
  aws::dynamodb::DynamoDbClient& dynamodb_;
  aws::sqs::QueueUrl queue_;
};

}  // namespace ekiden::worker
