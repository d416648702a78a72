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
#include "server_front.hpp"
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
    bool wrong_clock = false;                          ///< By more than AWS accepts.
    bool has_sessions = false;                         ///< Its credentials expire every few seconds.
    unsigned starts = 0;                               ///< Starts of its service.
    unsigned clock_steps = 0;                          ///< Steps of its clock or of the server's.
    unsigned skews = 0;                                ///< aws.clock_skew events.
    worker::Service* service = nullptr;                ///< The running service; null if none runs.
    std::optional<int> status;                         ///< The last exit status.
    runtime::Duration stop_timeout{};                  ///< Of the running service.
    std::optional<runtime::TimePoint> stop_by{};       ///< When the service must have ended; empty: it was not asked.
    std::optional<runtime::TimePoint> suspended_at{};  ///< Empty: it is not suspended.
  };
  /// A kind of accident.
  struct Accident {
    unsigned weight;    ///< How often it happens, compared to others.
    unsigned receives;  ///< How many receives it can cost one message.
    void (Fleet::*act)();
  };
  static const std::array<Accident, 15> kAccidents;
  static const Accident& draw_accident(runtime::Random& random);

  // Run inside the simulated processes.
  Task<> look_at_results();
  Task<> look_at_dead_letters();
  Task<> work(testkit::Process& process, Worker& worker);
  void request_stop(Worker& worker, std::string_view why);

  // fleet_plan.cpp: what the seed decides before the start
  void draw_messages();
  void draw_worker(std::size_t index);
  local::ServiceOptions draw_server();
  void draw_accidents();
  void draw_outages();
  void start_accidents();
  std::shared_ptr<aws::CredentialsProvider> credentials_of(testkit::Process& process, const Worker& worker);

  // fleet_accidents.cpp
  Worker& any_worker() { return workers_[simulation_.random().below(kWorkers)]; }
  testkit::Process& any_process();
  void crash_worker();
  void crash_actor();
  void crash_server();
  void cut_power();
  void cut_power_later();
  void partition_worker();
  void silence_worker();
  void lose_connections();
  void slow_worker();
  void suspend_worker();
  void suspend_server();
  void stop_worker();
  void redeliver();
  void hand_out_again();
  void step_clock();
  /// Calls `act` in the worker's event loop.
  void inside(Worker& worker, std::function<void(Worker&)> act);
  /// Calls `end` after a time up to `longest`, which then belongs to the accidents.
  void end_within(runtime::Duration longest, std::function<void()> end);

  void crashed(testkit::Process& process);
  void resume_worker(Worker& worker);
  void expect_end(Worker& worker);
  void wait_for_the_end_of_accidents();
  void let_go_of_stale_leases();
  void stop_workers();
  void look_at_clocks();
  bool phase(Task<> task, runtime::Duration limit, const char* what);
  void problem(std::string text) { problems_.push_back(std::move(text)); }
  worker::Consumer make_consumer(const Worker& worker);

  std::vector<std::string> problems_;
  FleetChecker checker_;
  Sender::Contents expected_;
  std::set<std::string> expected_dead_;  ///< Bodies.
  std::vector<std::string> bodies_;
  std::array<Worker, kWorkers> workers_{};
  bool stopping_ = false;
  std::shared_ptr<Sessions> sessions_ = std::make_shared<Sessions>();
  bool revokes_sessions_ = false;
  /// No random faults of network and server: the accidents alone cost receives, so the queue's limit of receives is
  /// exact.
  bool counts_receives_ = false;
  unsigned receives_max_ = 1'000;
  std::vector<Accident> accidents_;
  runtime::TimePoint quiet_at_{};  ///< From then on no accident goes on.
  ServerFront front_;
  testkit::Simulation simulation_;
  testkit::Process& server_;
  Sender sender_;
};

}  // namespace ekiden::worker::test
