/// ConnectionQueue: the requests that wait until their host has a connection for them.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>

namespace ekiden::http {

class CurlTransfer;

/// curl is never given more requests than it may have connections. It has a queue of its own for those, but counts the
/// wait as connecting (libcurl 8.14; 7.88 does not), so that a busy host would look like one that is down.
class ConnectionQueue {
 public:
  ConnectionQueue(std::size_t per_host_max, std::size_t total_max)
      : per_host_max_(per_host_max), total_max_(total_max) {}

  /// True: it has its place and may start. False: it waits, in the order in which it came.
  bool enter(const std::string& host, const std::shared_ptr<CurlTransfer>& transfer);
  /// Gives the place of an ended request back.
  void leave(const std::string& host);
  /// Takes out one that waits and never will start.
  void forget(const std::string& host, const CurlTransfer& transfer);
  /// One that waited and has its place now, or null.
  std::shared_ptr<CurlTransfer> next();

 private:
  struct Host {
    std::size_t busy = 0;
    std::deque<std::shared_ptr<CurlTransfer>> waiting;
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
