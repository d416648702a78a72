/// CurlTransport::Multi: curl's multi handle on the event loop.
#pragma once

#include <ekiden/http/curl_transport.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <curl/curl.h>

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "connection_queue.hpp"
#include "curl_transfer.hpp"

namespace ekiden::http {

/// Drives curl by readiness. What makes it cheap: a descriptor is registered with the loop once in its connection's
/// life, and awaited only while a transfer wants it; the timer is never moved to a later time; connections are kept;
/// what ended is resumed in the callback that found it. What makes it safe: nothing resumes a task while curl is on the
/// stack, and cancellations come through the loop.
class CurlTransport::Multi final : public std::enable_shared_from_this<Multi> {
 public:
  Multi(runtime::Executor executor, runtime::Clock& clock, CurlOptions options);
  ~Multi();

  std::shared_ptr<CurlTransfer> take();
  void give_back(std::shared_ptr<CurlTransfer> transfer);

  void start(const std::shared_ptr<CurlTransfer>& transfer);
  /// Abandons request `use` of the transfer, at the loop's next turn, unless it has ended.
  void cancel_later(std::weak_ptr<CurlTransfer> transfer, std::uint64_t use);
  /// Ends everything with operation_aborted; nothing can be started any more.
  void close();

  std::size_t in_flight() const { return active_.size(); }

 private:
  struct Descriptor {
    Descriptor(const runtime::Executor& executor, int io_fd, int curl_fd)
        : in(executor, io_fd), out(executor), fd(curl_fd) {}
    void close();

    boost::asio::posix::stream_descriptor in;
    // A duplicate, open only while curl wants to write: Asio never stops watching what it once waited to write to, and
    // each acknowledged byte would wake the loop.
    boost::asio::posix::stream_descriptor out;
    int fd;  // As curl knows it: the same, but for sockets that curl made for itself.
    int wanted = CURL_POLL_NONE;
    bool awaits_read = false;
    bool awaits_write = false;
    bool closed = false;
  };

  static curl_socket_t open_socket(void* self, curlsocktype purpose, struct curl_sockaddr* address);
  static int close_socket(void* self, curl_socket_t fd);
  static int on_socket(CURL* easy, curl_socket_t fd, int what, void* self, void* unused);
  static int on_timer(CURLM* multi, long milliseconds, void* self);

  void want(curl_socket_t fd, int what);
  void await_readiness(const std::shared_ptr<Descriptor>& descriptor);
  void await_one(const std::shared_ptr<Descriptor>& descriptor, bool write);
  void on_ready(const std::shared_ptr<Descriptor>& descriptor, bool write);

  void add(const std::shared_ptr<CurlTransfer>& transfer);
  void add_waiting();
  void act(curl_socket_t fd, int events);
  void collect();
  void settle_kick();
  void resume_here();
  void resume_later();
  void arm(runtime::TimePoint when);
  void on_alarm();
  void end(CurlTransfer& transfer, CURLcode result, boost::system::error_code error);

  runtime::Executor executor_;
  runtime::Clock& clock_;
  CurlOptions options_;
  CURLM* multi_;
  bool closed_ = false;

  std::vector<std::shared_ptr<Descriptor>> descriptors_;  // By descriptor number.
  std::vector<std::shared_ptr<CurlTransfer>> active_;     // With curl, or waiting in queue_.
  ConnectionQueue queue_;
  std::vector<std::shared_ptr<CurlTransfer>> idle_;

  struct Ended {
    std::shared_ptr<LoopWaiter> waiter;
    boost::system::error_code error;
  };
  std::deque<Ended> ended_;

  bool kick_wanted_ = false;  // curl asked to be called at once.
  bool kick_posted_ = false;
  std::optional<runtime::TimePoint> wanted_at_;
  std::optional<runtime::TimePoint> armed_at_;
  runtime::Clock::Alarm alarm_;
};

}  // namespace ekiden::http
