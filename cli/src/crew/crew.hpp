/// Crew: the workers of one run of bench, as processes or in containers.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/app/process.hpp>

#include <cstdint>
#include <memory>
#include <string>

#include "up/worker_command.hpp"

namespace ekiden::cli {

/// Call prepare() once, then start() once. The owner must await clean_up() before it destroys the crew, also after an
/// error.
class Crew {
 public:
  Crew() = default;
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  virtual ~Crew() = default;

  /// Does everything for `count` workers that is not measured. Throws std::runtime_error.
  virtual Task<> prepare(int count, WorkPlace place) = 0;
  /// Starts all workers at once; the measured time begins. Throws std::runtime_error.
  virtual void start() = 0;

  virtual std::size_t running() const = 0;
  /// Notes the memory of the workers. Cheap enough to call at any rate.
  virtual void look() = 0;
  /// The next worker that ended without being stopped: its name, how it ended, and the end of its log. Empty if there
  /// is none.
  virtual Task<std::string> next_casualty() = 0;

  /// Asks all workers to stop, which settles their messages. Returns when the last one has ended.
  virtual Task<> stop() = 0;
  /// stop(), then removes everything that prepare() made.
  virtual Task<> clean_up() = 0;

  /// The sum over all workers; complete after stop().
  virtual double cpu_seconds() const = 0;
  /// The maximum over all workers; complete after stop().
  virtual std::int64_t max_rss_bytes() const = 0;
};

/// Runs each worker as a process. `variables` are added to those of every worker.
std::unique_ptr<Crew> process_crew(app::Process& process, WorkerCommand command, app::Environment variables);

/// The time that a crew gets to stop; longer than a worker's default --stop-timeout.
inline constexpr runtime::Duration kCrewGrace = std::chrono::seconds(35);

}  // namespace ekiden::cli
