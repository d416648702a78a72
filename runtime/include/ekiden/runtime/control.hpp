/// Control: what an operator may ask of a running worker. ops/ serves it, worker/ implements it.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/task.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ekiden::runtime {

/// One actor as Ping sees it.
struct ActorStatus {
  std::string name;
  std::string state;       ///< "running", "restarting", "stopping", "stopped"
  std::string waiting_on;  ///< Empty while it works.
  Duration waiting_for{};  ///< Since when, relative to now.
  Duration since_progress{};
  std::uint64_t progress = 0;
  unsigned restarts = 0;
  std::vector<ActorStatus> children;
};

/// A figure with its labels, for the status page and the gauges.
struct Figure {
  std::string name;  ///< As in docs/metrics.md, prefix included.
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;
};

struct Status {
  ActorStatus root;
  bool ready = false;  ///< Every actor runs, a receive has succeeded since start, and it does not drain.
  bool draining = false;
  std::string detail;  ///< Why not ready, in a few words.
  std::vector<Figure> figures;
};

/// What an operator asks of a running worker: a name and named arguments, all of them text from outside.
///
/// Limits: those below. Whoever takes a command from outside (a server, a socket) refuses what exceeds them before it
///         builds a Command, so that nothing without bound is kept or quoted.
struct Command {
  static constexpr std::size_t kNameMax = 64;
  static constexpr std::size_t kArgumentsMax = 16;
  static constexpr std::size_t kArgumentMax = 1024;  ///< Bytes of an argument's name and value together.

  std::string name;
  std::vector<std::pair<std::string, std::string>> arguments;  ///< Name and value, in the order given.
};

struct CommandResult {
  bool accepted = false;
  std::string detail;  ///< What was done, or why nothing was: one sentence for the operator.
};

/// Thread: everything here is called on the event loop of the worker that it controls, and by nobody else.
class Control {
 public:
  virtual ~Control() = default;
  /// A snapshot, taken on the event loop; costs no wait.
  virtual Status status() const = 0;

  /// Carries out one command; ends when it is done or refused. A refusal is a value, not an exception.
  ///
  /// Owner:  the caller awaits the task or owns it in a TaskGroup; cancelling it gives up waiting, and may come too
  ///         late to stop the command. The Control must outlive the task.
  /// Bounds: the caller keeps Command's limits, one command under way at a time, and a deadline.
  ///
  /// As it stands here it refuses every command; no Control carries out any yet, and no HTTP path leads here.
  virtual Task<CommandResult> carry_out(Command command);
};

}  // namespace ekiden::runtime
