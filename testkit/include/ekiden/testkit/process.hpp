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
  /// How far its wall clock is off.
  runtime::Duration skew{};
};

/// An event loop, a clock, a stream of chance, an endpoint on the network and a disk of its own. Processes share
/// nothing: what they tell each other goes over the network.
///
/// It has several lives: a crash ends one, and the next begins at once, with nothing running and nobody listening.
/// What env() and transport() give is valid until the crash; the disk and the listeners of on_event() outlive it.
class Process {
 public:
  /// The life's root task. It owns, in its frame, everything that the process owns.
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

  /// The way out: http::Transport over the simulated network.
  http::Transport& transport();
  /// The way in: requests to `authority` ("host:port") come to `handler` until the process crashes. A second listener
  /// for the same authority replaces the first.
  void listen(const std::string& authority, http::Handler handler);
  void stop_listening(const std::string& authority);

  /// Made at the first use. Survives crashes; a power loss takes what was not synced.
  SimDisk& disk();

  /// Keeps an object until every task of this life has ended: what tasks refer to that the owner does not join.
  template <typename T>
  T& keep(std::unique_ptr<T> object) {
    T& kept = *object;
    keep_any(std::shared_ptr<void>(std::move(object)));
    return kept;
  }

  /// Calls `listener` for each event of this and later lives, until the simulation ends.
  void on_event(runtime::Events::Listener listener);

  /// Lives that have ended.
  unsigned crashes() const { return crashes_; }
  /// A task that was started, or a handler, is still inside.
  bool running() const;

  struct Life;
  /// For the simulation and its network.
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
