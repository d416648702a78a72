/// ConnectionQueue: the requests that wait until their host has a connection for them.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>

namespace ekiden::http {

class Exchange;

/// They wait here, before they connect: the time to connect is bounded, the wait for a busy host is not.
class ConnectionQueue {
 public:
  ConnectionQueue(std::size_t per_host_max, std::size_t total_max)
      : per_host_max_(per_host_max), total_max_(total_max) {}

  /// True: it has its place and may start. False: it waits, in the order in which it came.
  bool enter(const std::string& host, const std::shared_ptr<Exchange>& exchange);
  /// Gives the place of an ended request back.
  void leave(const std::string& host);
  /// Takes out one that waits and never will start.
  void forget(const std::string& host, const Exchange& exchange);
  /// One that waited and has its place now, or null.
  std::shared_ptr<Exchange> next();

 private:
  struct Host {
    std::size_t busy = 0;
    std::deque<std::shared_ptr<Exchange>> waiting;
  };
  bool has_room(const Host& host) const { return host.busy < per_host_max_ && total_ < total_max_; }
  void drop_if_unused(const std::string& name);

  std::size_t per_host_max_;
  std::size_t total_max_;
  std::size_t total_ = 0;
  std::size_t waiting_ = 0;
  std::map<std::string, Host> hosts_;
};

}  // namespace ekiden::http
