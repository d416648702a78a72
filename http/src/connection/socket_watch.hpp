/// SocketWatch: tells when a socket can be read or written.
#pragma once

#include <ekiden/runtime/task.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <curl/curl.h>

#include <memory>

namespace ekiden::http {

class Link;

/// Registered with the loop once in the connection's life, and awaited only while someone wants it.
class SocketWatch final : public std::enable_shared_from_this<SocketWatch> {
 public:
  class Listener {
   public:
    /// What is wanted is there. To be told again, call want() again.
    virtual void on_ready(SocketWatch& watch, bool to_write) = 0;

   protected:
    ~Listener() = default;
  };

  /// Owns `descriptor`, which curl knows as `fd`. The listener is not called after close().
  SocketWatch(const runtime::Executor& executor, int descriptor, int fd, Listener& listener)
      : in_(executor, descriptor), out_(executor), fd_(fd), listener_(listener) {}

  /// CURL_POLL_IN, _OUT, _INOUT or _NONE, from now on. False: out of memory or of descriptors.
  [[nodiscard]] bool want(int what) noexcept;
  void close();

  int fd() const { return fd_; }
  bool is_closed() const { return closed_; }
  /// Of a socket that curl made for itself, and closes by itself: the pipe of its name look-up thread.
  bool is_copy() { return in_.native_handle() != fd_; }

  int wanted() const { return wanted_; }

  Link* link = nullptr;  ///< Whose it is, once curl has connected it.

 private:
  void await(bool to_write);

  boost::asio::posix::stream_descriptor in_;
  // A duplicate, open only while it is awaited: Asio never stops watching what it once waited to write to, and each
  // acknowledged byte would wake the loop.
  boost::asio::posix::stream_descriptor out_;
  int fd_;
  Listener& listener_;
  int wanted_ = CURL_POLL_NONE;
  bool awaits_read_ = false;
  bool awaits_write_ = false;
  bool closed_ = false;
};

}  // namespace ekiden::http
