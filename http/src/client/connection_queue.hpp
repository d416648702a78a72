/// ConnectionQueue: requests that wait for a free connection.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ekiden::http {

class Exchange;

/// Requests wait here before they connect, because the time to connect is limited, but the wait for a busy host is not.
class ConnectionQueue {
 public:
  /// Both are limits of each lane: to one host, and to all hosts together.
  ConnectionQueue(std::size_t per_host_max, std::size_t total_max)
      : per_host_max_(per_host_max), total_max_(total_max) {}

  /// Returns true if the request can start. Otherwise it waits, in order.
  bool enter(const std::shared_ptr<Exchange>& exchange);
  /// Releases the place of an ended request.
  void leave(const Exchange& exchange);
  /// Removes a waiting request.
  void forget(const Exchange& exchange);
  /// The next waiting request that can start, or null.
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
  std::vector<LaneState> lanes_;  // Indexed by the lane's number; at most 256.
};

}  // namespace ekiden::http
