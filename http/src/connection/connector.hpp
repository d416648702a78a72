/// Connector: runs curl's multi handle on the event loop. It only makes connections.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/task.hpp>

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <vector>

#include "socket_watch.hpp"

namespace ekiden::http {

class Link;

/// curl does name lookup, happy eyeballs, proxies, TLS and the check of certificates. The easy handle of a link stays
/// in the multi handle as long as the connection lives, because CURLOPT_CONNECT_ONLY requires it.
class Connector final : public std::enable_shared_from_this<Connector>, public SocketWatch::Listener {
 public:
  /// Called only when curl is not on the stack.
  class Listener {
   public:
    /// Use or destroy the link at once: until its first byte, curl treats it as an idle connection of its own, which it
    /// can close.
    virtual void on_connected(Link& link, CURLcode result) = 0;
    /// The socket of a connected link is ready. Call want() of its watch to be called again.
    virtual void on_ready(Link& link, bool to_write) = 0;
    /// The last call in a turn of the loop in which one of the above was called.
    virtual void on_settled() = 0;

   protected:
    ~Listener() = default;
  };

  Connector(runtime::Executor executor, runtime::Clock& clock, Listener& listener);
  ~Connector();
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  /// Makes the handle of a new link use our sockets.
  void prepare(Link& link);
  /// A connection failed, so addresses and TLS sessions are suspect: new connections do not use what is remembered.
  void forget();
  /// Returns false if there is no memory.
  bool start(Link& link);
  /// Closes the link's connection, or its attempt to connect.
  void remove(Link& link);
  /// Call it when all links are gone. The listener is not called afterwards.
  void close();

 private:
  using Share = std::shared_ptr<CURLSH>;

  static Share make_share();
  static curl_socket_t open_socket(void* link, curlsocktype purpose, struct curl_sockaddr* address);
  static int close_socket(void* self, curl_socket_t fd);
  static int on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void* unused);
  static int on_timer(CURLM* multi, long milliseconds, void* self);

  void on_ready(SocketWatch& watch, bool to_write) override;
  std::shared_ptr<SocketWatch>& slot(curl_socket_t fd);
  int want(curl_socket_t fd, int what, Link* link) noexcept;
  int watch_copy(curl_socket_t fd, Link* opener) noexcept;
  void take_over(Link& link, curl_socket_t fd);
  void drop_copies(const Link& link);
  void starve(Link* link, int error) noexcept;
  void fail_starved();
  void act(curl_socket_t fd, int events);
  void tell(const CURLMsg& message);
  void kick();
  void arm(runtime::TimePoint when);
  void on_alarm();

  runtime::Executor executor_;
  runtime::Clock& clock_;
  Listener& listener_;
  CURLM* multi_;
  Share share_;
  bool share_is_used_ = false;
  std::optional<runtime::TimePoint> suspect_until_;
  bool closed_ = false;
  std::vector<std::shared_ptr<SocketWatch>> watches_;  // Indexed by descriptor.

  std::vector<Link*> starved_;  // They connect, but cannot be watched.
  bool kick_posted_ = false;
  std::optional<runtime::TimePoint> wanted_at_;
  std::optional<runtime::TimePoint> armed_at_;
  runtime::Clock::Alarm alarm_;
};

}  // namespace ekiden::http
