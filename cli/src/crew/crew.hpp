/// Crew: the workers of one run of the experiment, whatever each of them runs in.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/app/process.hpp>

#include <cstdint>
#include <memory>
#include <string>

#include "up/worker_command.hpp"

namespace ekiden::cli {

/// Prepared once, started once. Its owner must await clean_up() before destroying it, however the run ends.
class Crew {
 public:
  Crew() = default;
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  virtual ~Crew() = default;

  /// All that can be done for `count` workers before the clock starts. Throws std::runtime_error.
  virtual Task<> prepare(int count, WorkPlace place) = 0;
  /// The clock runs: all begin at once. Throws std::runtime_error.
  virtual void start() = 0;

  virtual std::size_t running() const = 0;
  /// Notes what they take. May be called as often as one likes.
  virtual void look() = 0;
  /// The next that ended while nobody had asked it to: which, how, and the end of its log. Empty: no further one.
  virtual Task<std::string> next_casualty() = 0;

  /// Asks all to stop, which settles what they hold, and returns when the last has ended.
  virtual Task<> stop() = 0;
  /// stop(), and nothing is left of them.
  virtual Task<> clean_up() = 0;

  /// Of all of them together, known after stop().
  virtual double cpu_seconds() const = 0;
  /// Of the largest.
  virtual std::int64_t max_rss_bytes() const = 0;
};

/// Each a process of this machine. `variables` are set beside those that every worker gets.
std::unique_ptr<Crew> process_crew(app::Process& process, WorkerCommand command, app::Environment variables);

/// How long a crew is given to stop: longer than a worker's own --stop-timeout.
inline constexpr runtime::Duration kCrewGrace = std::chrono::seconds(35);

}  // namespace ekiden::cli
