/// Connector: curl's multi handle on the event loop, which connects and does nothing else.
#pragma once

#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/task.hpp>

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <vector>

#include "socket_watch.hpp"

namespace ekiden::http {

/// Names, happy eyeballs, proxies, TLS and the trust in certificates are curl's. A link's easy handle stays with the
/// multi handle for the connection's life, as curl demands of CURLOPT_CONNECT_ONLY.
class Connector final : public std::enable_shared_from_this<Connector>, public SocketWatch::Listener {
 public:
  /// Told with curl off the stack.
  class Listener {
   public:
    /// The link must be used at once or be destroyed: until its first byte, curl takes it for one of its own idle
    /// connections, which it may close.
    virtual void on_connected(Link& link, CURLcode result) = 0;
    /// The socket of a connected link is ready; call want() of its watch again.
    virtual void on_ready(Link& link, bool to_write) = 0;
    /// Last in a turn of the loop in which something of the above was told.
    virtual void on_settled() = 0;

   protected:
    ~Listener() = default;
  };

  Connector(runtime::Executor executor, runtime::Clock& clock, Listener& listener);
  ~Connector();
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  /// Gives a new handle our sockets.
  void prepare(CURL* easy);
  /// False: no memory.
  bool start(Link& link);
  /// Closes the link's connection, or its attempt at one.
  void remove(Link& link);
  /// When all links are gone: tells nothing any more.
  void close();

 private:
  static curl_socket_t open_socket(void* self, curlsocktype purpose, struct curl_sockaddr* address);
  static int close_socket(void* self, curl_socket_t fd);
  static int on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void* unused);
  static int on_timer(CURLM* multi, long milliseconds, void* self);

  void on_ready(SocketWatch& watch, bool to_write) override;
  std::shared_ptr<SocketWatch>& slot(curl_socket_t fd);
  bool want(curl_socket_t fd, int what);
  void act(curl_socket_t fd, int events);
  void tell(const CURLMsg& message);
  void kick();
  void arm(runtime::TimePoint when);
  void on_alarm();

  runtime::Executor executor_;
  runtime::Clock& clock_;
  Listener& listener_;
  CURLM* multi_;
  CURLSH* share_;
  bool closed_ = false;
  std::vector<std::shared_ptr<SocketWatch>> watches_;  // By descriptor number.

  bool kick_posted_ = false;
  std::optional<runtime::TimePoint> wanted_at_;
  std::optional<runtime::TimePoint> armed_at_;
  runtime::Clock::Alarm alarm_;
};

}  // namespace ekiden::http
