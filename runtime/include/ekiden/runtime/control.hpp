/// Control: status and commands of a running worker for its operator. ops/ serves it, worker/ implements it.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/task.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ekiden::runtime {

/// The state of one actor, and of its children if it is a supervisor.
struct ActorStatus {
  std::string name;
  std::string state;       ///< "running", "restarting", "stopping", "stopped", "abandoned"
  std::string waiting_on;  ///< Empty while the actor works.
  Duration waiting_for{};  ///< How long it has waited.
  Duration since_progress{};
  std::uint64_t progress = 0;
  unsigned restarts = 0;
  std::vector<ActorStatus> children;
};

/// A metric with its labels, for the status page and the gauges.
struct Figure {
  std::string name;  ///< As in docs/metrics.md, with the prefix ekiden_.
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;
};

/// A table, a dead-letter queue or the deletes of a queue refuse everything at present. The worker receives nothing and
/// holds its messages until the outage ends.
struct Outage {
  std::string queue;
  std::string sink;      ///< "table", "dead_letter_queue" or "delete"
  std::string resource;  ///< The table's or queue's name.
  std::string reason;    ///< The last refusal.
  Duration lasts{};
};

struct Status {
  ActorStatus root;
  bool ready = false;  ///< Every actor runs, a receive has succeeded since the start, and the worker is not draining.
  bool draining = false;
  /// It is not ready yet, but a restart would not help: the start waits for a table that is being created.
  bool waiting = false;
  std::string detail;  ///< Why the worker is not ready, in a few words.
  std::vector<Figure> figures;
  std::vector<Outage> outages;  ///< They do not change `ready`: a replaced worker would meet the same outage.
};

/// An operator's command to a running worker: a name and named arguments. All of it is untrusted text.
///
/// Limits: the constants below. The server or socket that receives a command rejects larger ones before it builds a
///         Command.
struct Command {
  static constexpr std::size_t kNameMax = 64;
  static constexpr std::size_t kArgumentsMax = 16;
  static constexpr std::size_t kArgumentMax = 1024;  ///< Bytes of an argument's name and value together.

  std::string name;
  std::vector<std::pair<std::string, std::string>> arguments;  ///< Name and value, in the order given.
};

struct CommandResult {
  bool accepted = false;
  std::string detail;  ///< One sentence for the operator: what was done, or why the command was rejected.
};

/// Thread: call it only on the event loop of the worker that it controls.
class Control {
 public:
  virtual ~Control() = default;
  /// A snapshot of the worker's state. Does not wait.
  virtual Status status() const = 0;

  /// Executes one command. The task ends when the command is done or rejected. A rejection is a value, not an
  /// exception.
  ///
  /// Owner:  the caller awaits the task or owns it in a TaskGroup. Cancelling the task ends the wait, but might be too
  ///         late to stop the command. The Control must outlive the task.
  /// Limits: the caller enforces Command's limits, one command at a time, and a deadline.
  ///
  /// This default rejects every command. No Control implements commands yet, and no HTTP path calls it.
  virtual Task<CommandResult> carry_out(Command command);
};

}  // namespace ekiden::runtime
