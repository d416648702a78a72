/// OneWorker: a server, a sender and one worker on a network without faults. The test can crash the worker's actors.
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

/// Controls the handlers of the worker.
struct Gate {
  bool open = true;          ///< False: handlers wait until it is true.
  bool deaf = false;         ///< True: handlers that wait ignore a cancellation, as a function on a thread pool does.
  std::size_t inside = 0;    ///< Handlers that run now.
  bool writes = true;        ///< Handlers put their item.
  runtime::Duration work{};  ///< A handler takes between half of this and all of it.
};

/// How this test differs from the others.
struct OneWorkerOptions {
  local::ServiceOptions server{};
  testkit::ProcessOptions worker{};
  std::optional<worker::MemoryLimit> memory_limit{};
  worker::TaskProtectionOptions task_protection{};
  runtime::Duration stop_timeout = std::chrono::seconds(30);
  aws::sqs::Attributes queue{};  ///< In addition to the usual attributes.
  /// Makes the credentials provider when the worker starts. Empty: local_credentials().
  std::function<std::shared_ptr<aws::CredentialsProvider>(runtime::Env)> credentials{};
  /// Wraps the worker's network in another transport. Empty: no wrapper.
  std::function<std::unique_ptr<http::Transport>(http::Transport&)> way{};
};

class OneWorker {
 public:
  static constexpr std::size_t kMaxInFlight = 40;
  static constexpr int kVisibilitySeconds = 10;

  explicit OneWorker(std::uint64_t seed, OneWorkerOptions options = {});

  /// Sends `count` more messages, each with a different content and a title of at least `title_bytes` bytes.
  void send(std::size_t count, std::size_t title_bytes = 0);
  /// Starts the worker. A previous one must have ended.
  void start_worker();
  /// Asks the worker to drain.
  void request_stop();
  /// As the operator's second signal does.
  void hurry();
  /// Asks the worker to drain and waits for its end.
  void stop_worker();

  /// Crashes the actor as soon as it runs, between two steps of the event loop, and waits until the supervisor has seen
  /// the crash. Returns false if the worker has ended instead.
  bool crash(const std::string& actor);

  void run_steps(std::uint64_t count);
  /// Runs until the queue is empty, the worker holds no message, and crashed actors have been restarted.
  void drain();
  /// Call it after drain(): reports missing or wrong items and dead letters as problems().
  void look();

  /// Restarts by actor, as the status page shows them. "news" is the pipeline's supervisor.
  std::map<std::string, unsigned> restarts() const;

  testkit::Simulation& simulation() { return simulation_; }
  testkit::Process& process() { return process_; }
  worker::Service& service() { return *service_; }
  std::optional<int> status() const { return status_; }  ///< The exit status, once ended.
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
  /// Calls `act` in the worker's event loop.
  void inside(std::function<void()> act);

  std::vector<std::string> problems_;
  FleetChecker checker_;
  Sender::Contents expected_;
  std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
  std::map<std::string, unsigned> starts_;                  ///< By actor.
  std::map<std::string, unsigned> crashes_;                 ///< By actor, as seen by its supervisor.
  std::map<std::string, std::size_t, std::less<>> events_;  ///< By name.
  OneWorkerOptions options_;
  std::optional<int> status_;
  worker::Service* service_ = nullptr;  ///< Of the worker that was started last.
  testkit::Simulation simulation_;
  testkit::Process& server_;
  Sender sender_;
  testkit::Process& process_;
};

}  // namespace ekiden::worker::test
