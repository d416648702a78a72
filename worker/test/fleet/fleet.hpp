/// Fleet: the whole system in one thread: a server with a disk, a faulty network, a sender, three workers, and
/// accidents. The server verifies signatures. Some clocks are wrong by 10 min, and some credentials expire every few
/// seconds.
#pragma once

#include <ekiden/testkit/local_server.hpp>
#include <ekiden/testkit/simulation.hpp>
#include <ekiden/worker/service.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fleet_checker.hpp"
#include "sender.hpp"
#include "sessions.hpp"

namespace ekiden::worker::test {

/// The result of one seed. Without problems, every promise held.
struct FleetReport {
  std::vector<std::string> problems;
  std::uint64_t trace_hash = 0;
  std::uint64_t steps = 0;
  unsigned crashes = 0;
};

class Fleet {
 public:
  static constexpr std::size_t kWorkers = 3;
  static constexpr int kVisibilitySeconds = 10;

  explicit Fleet(std::uint64_t seed);

  /// Sends messages while workers run and accidents happen, waits until the queue is empty, and checks the results.
  FleetReport run();

 private:
  struct Worker {
    testkit::Process* process = nullptr;
    bool wrong_clock = false;            ///< By more than AWS accepts.
    bool has_sessions = false;           ///< Its credentials expire every few seconds.
    unsigned starts = 0;                 ///< Starts of its service.
    unsigned skews = 0;                  ///< aws.clock_skew events.
    worker::Service* service = nullptr;  ///< The running service; null if none runs.
    std::optional<int> status;           ///< The last exit status.
  };

  // Run inside the simulated processes.
  Task<> look_at_results();
  Task<> look_at_dead_letters();
  Task<> work(testkit::Process& process, Worker& worker);

  void plan_accidents();
  void accident();
  void let_go_of_stale_leases();
  void stop_workers();
  bool phase(Task<> task, runtime::Duration limit, const char* what);
  void problem(std::string text) { problems_.push_back(std::move(text)); }
  worker::Consumer make_consumer() const;
  local::ServiceOptions draw_server();
  void draw_worker(std::size_t index);
  std::shared_ptr<aws::CredentialsProvider> credentials_of(testkit::Process& process, const Worker& worker);
  void look_at_clocks();

  std::vector<std::string> problems_;
  FleetChecker checker_;
  Sender::Contents expected_;
  std::set<std::string> expected_dead_;  ///< Bodies.
  std::vector<std::string> bodies_;
  std::array<Worker, kWorkers> workers_{};
  bool stopping_ = false;
  std::shared_ptr<Sessions> sessions_ = std::make_shared<Sessions>();
  bool revokes_sessions_ = false;
  testkit::Simulation simulation_;
  testkit::Process& server_;
  Sender sender_;
};

}  // namespace ekiden::worker::test
