/// Control: what an operator may ask of a running worker. ops/ serves it, worker/ implements it.
#pragma once

#include <ekiden/runtime/clock.hpp>

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

class Control {
 public:
  virtual ~Control() = default;
  /// A snapshot, taken on the event loop; costs no wait.
  virtual Status status() const = 0;
};

}  // namespace ekiden::runtime
