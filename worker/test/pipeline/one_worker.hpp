/// OneWorker: a server, a sender and one worker on a faultless network, whose actors can be crashed.
#pragma once

#include <ekiden/aws/credentials/credentials.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/local/options.hpp>
#include <ekiden/runtime/events.hpp>
#include <ekiden/testkit/simulation.hpp>
#include <ekiden/worker/service.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fleet/delivery.hpp"
#include "fleet/fleet_checker.hpp"
#include "fleet/sender.hpp"

namespace ekiden::worker::test {

/// What a handler must wait for, who does, and what it does then.
struct Gate {
  bool open = true;
  std::size_t inside = 0;
  bool writes = true;
  runtime::Duration work{};  ///< How long it takes besides: half of it to the whole.
};

/// What is unlike other tests.
struct OneWorkerOptions {
  local::ServiceOptions server{};
  testkit::ProcessOptions worker{};
  std::optional<worker::MemoryLimit> memory_limit{};
  worker::TaskProtectionOptions task_protection{};
  runtime::Duration stop_timeout = std::chrono::seconds(30);
  aws::sqs::Attributes queue{};  ///< Beside what the queue has in every test.
  /// Makes the worker's credentials for a life of its process; nothing: local_credentials().
  std::function<std::shared_ptr<aws::CredentialsProvider>(runtime::Env)> credentials{};
  /// Makes what stands before the network, which it is given; nothing: the network itself.
  std::function<std::unique_ptr<http::Transport>(http::Transport&)> way{};
};

class OneWorker {
 public:
  static constexpr std::size_t kMaxInFlight = 40;
  static constexpr int kVisibilitySeconds = 10;

  explicit OneWorker(std::uint64_t seed, OneWorkerOptions options = {});

  /// Sends `count` more messages, each with a content of its own, of at least `title_bytes`.
  void send(std::size_t count, std::size_t title_bytes = 0);
  /// A new life of the worker; the one before it must have ended.
  void start_worker();
  /// Asks it to drain and waits for its end.
  void stop_worker();

  /// Crashes the actor as soon as it runs, between two steps of the worker's loop, and waits until its supervisor has
  /// seen it. False if the worker has ended instead.
  bool crash(const std::string& actor);

  void run_steps(std::uint64_t count);
  /// Runs until nothing is left in the queue and in the worker's hands, and whoever crashed last runs again.
  void drain();
  /// What of the promise is broken once drained: effects, dead letters, what the wire showed.
  void look();

  /// Restarts by actor, as the worker's page shows them; "news" is the pipeline's supervisor.
  std::map<std::string, unsigned> restarts() const;

  testkit::Simulation& simulation() { return simulation_; }
  testkit::Process& process() { return process_; }
  worker::Service& service() { return *service_; }
  std::optional<int> status() const { return status_; }  ///< Of the worker's end.
  std::size_t deletes() const { return checker_.deletes(); }
  Gate& gate() { return *gate_; }

  void problem(std::string text) { problems_.push_back(std::move(text)); }
  std::vector<std::string> problems() const;
  /// How often the worker published the event.
  std::size_t events(const runtime::EventSpec& spec) const;

 private:
  void phase(Task<> task, const char* what);
  Task<> work(testkit::Process& process);
  Task<> look_at_results();
  /// Calls `act` in the worker's loop, as whatever it does itself.
  void inside(std::function<void()> act);

  std::vector<std::string> problems_;
  FleetChecker checker_;
  Sender::Contents expected_;
  std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
  std::map<std::string, unsigned> starts_;                  ///< By actor.
  std::map<std::string, unsigned> crashes_;                 ///< By actor, as its supervisor has seen them.
  std::map<std::string, std::size_t, std::less<>> events_;  ///< By name.
  OneWorkerOptions options_;
  std::optional<int> status_;
  worker::Service* service_ = nullptr;  ///< Of the present life.
  testkit::Simulation simulation_;
  testkit::Process& server_;
  Sender sender_;
  testkit::Process& process_;
};

}  // namespace ekiden::worker::test
