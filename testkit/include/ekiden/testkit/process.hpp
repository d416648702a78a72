/// Process: one simulated operating-system process.
#pragma once

#include <ekiden/http/handler.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/testkit/sim_disk.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <utility>

namespace ekiden::testkit {

class Simulation;

struct ProcessOptions {
  /// The error of its wall clock, added to the simulation's time. Its monotonic clock is not affected.
  runtime::Duration skew{};
};

/// Has its own event loop, clock, random numbers, network endpoint and disk. Processes share nothing: they communicate
/// only over the network.
///
/// A process has several lives. A crash ends one life and the next begins at once, with no tasks and no listeners. The
/// results of env() and transport() are valid until the crash. The disk and the listeners of on_event() survive it.
///
/// Made by Simulation::process(), which owns it.
class Process {
 public:
  /// Makes the root task of a life. Its coroutine frame owns everything that the process owns.
  using Main = std::function<Task<>(Process&)>;

  Process(Simulation& simulation, std::size_t index, std::string name, ProcessOptions options);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  const std::string& name() const { return name_; }
  std::size_t index() const { return index_; }

  runtime::Env env();
  runtime::Clock& clock() { return env().clock; }
  runtime::Random& random() { return env().random; }
  runtime::Events& events() { return env().events; }

  /// Sends requests over the simulated network.
  http::Transport& transport();
  /// Passes requests to `authority` ("host:port") to `handler`, until stop_listening() or a crash. A second listener
  /// for the same authority replaces the first.
  void listen(const std::string& authority, http::Handler handler);
  void stop_listening(const std::string& authority);

  /// The process's disk, created at the first call. Its data survives crashes; a power loss discards what was not
  /// synced.
  SimDisk& disk();

  /// Keeps an object until every task of this life has ended. For objects that tasks use which their owner does not
  /// wait for. Returns a reference to the object.
  template <typename T>
  T& keep(std::unique_ptr<T> object) {
    T& kept = *object;
    keep_any(std::shared_ptr<void>(std::move(object)));
    return kept;
  }

  /// Calls `listener` for each event of this life and later ones, until the simulation ends.
  void on_event(runtime::Events::Listener listener);

  /// Moves the wall clock, as an operator or NTP does. Its monotonic clock and its timers are not affected. Also holds
  /// for later lives.
  void step_clock(runtime::Duration by);
  /// The error of its wall clock now.
  runtime::Duration skew() const { return options_.skew; }

  /// The number of lives that have ended.
  unsigned crashes() const { return crashes_; }
  /// True while a task or a handler runs in this process.
  bool running() const;

  struct Life;
  /// Only for the simulation and its network.
  Life& life() { return *life_; }
  const Life& life() const { return *life_; }

 private:
  friend class Simulation;
  void begin_life();
  void keep_any(std::shared_ptr<void> object);

  Simulation& simulation_;
  std::size_t index_;
  std::string name_;
  ProcessOptions options_;
  runtime::Events events_;
  std::list<runtime::Events::Subscription> subscriptions_;
  std::unique_ptr<SimDisk> disk_;
  Main main_;
  unsigned crashes_ = 0;
  std::unique_ptr<Life> life_;
};

}  // namespace ekiden::testkit
