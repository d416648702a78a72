/// ConnectionQueue: the requests that wait until there is a connection for them.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ekiden::http {

class Exchange;

/// They wait here, before they connect: the time to connect is bounded, the wait for a busy host is not.
class ConnectionQueue {
 public:
  /// Both are limits of each lane: for one host, and for all hosts together.
  ConnectionQueue(std::size_t per_host_max, std::size_t total_max)
      : per_host_max_(per_host_max), total_max_(total_max) {}

  /// True: it has its place and may start. False: it waits, in the order in which it came.
  bool enter(const std::shared_ptr<Exchange>& exchange);
  /// Gives the place of an ended request back.
  void leave(const Exchange& exchange);
  /// Takes out one that waits and never will start.
  void forget(const Exchange& exchange);
  /// One that waited and has its place now, or null.
  std::shared_ptr<Exchange> next();

 private:
  struct Host {
    std::size_t busy = 0;
    std::deque<std::shared_ptr<Exchange>> waiting;
  };
  struct LaneState {
    std::size_t busy = 0;
    std::size_t waiting = 0;
    std::map<std::string, Host> hosts;
  };
  LaneState& lane_of(const Exchange& exchange);
  bool has_room(const LaneState& lane, const Host& host) const {
    return host.busy < per_host_max_ && lane.busy < total_max_;
  }
  static void drop_if_unused(LaneState& lane, const std::string& host);

  std::size_t per_host_max_;
  std::size_t total_max_;
  std::size_t waiting_ = 0;
  std::vector<LaneState> lanes_;  // By number: at most 256.
};

}  // namespace ekiden::http
