/// SocketWatch: reports when a socket can be read or written.
#pragma once

#include <ekiden/runtime/task.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <curl/curl.h>

#include <memory>

namespace ekiden::http {

class Link;

/// Registered with the loop once for the life of a connection; waits only while a caller wants it.
class SocketWatch final : public std::enable_shared_from_this<SocketWatch> {
 public:
  class Listener {
   public:
    /// The socket is ready. To be called again, call want() again.
    virtual void on_ready(SocketWatch& watch, bool to_write) = 0;

   protected:
    ~Listener() = default;
  };

  /// Owns `descriptor`, which curl knows as `fd`. The listener is not called after close().
  SocketWatch(const runtime::Executor& executor, int descriptor, int fd, Listener& listener)
      : in_(executor, descriptor), out_(executor), fd_(fd), listener_(listener) {}

  /// CURL_POLL_IN, _OUT, _INOUT or _NONE, from now on. Returns false if there is no memory or no free descriptor.
  [[nodiscard]] bool want(int what) noexcept;
  void close();

  int fd() const { return fd_; }
  bool is_closed() const { return closed_; }
  /// True for a socket that curl made and closes itself: the pipe of its name lookup thread.
  bool is_copy() { return in_.native_handle() != fd_; }

  int wanted() const { return wanted_; }

  Link* link = nullptr;  ///< The link of the socket, when curl has connected it.

 private:
  void await(bool to_write);

  boost::asio::posix::stream_descriptor in_;
  // A duplicate that is open only while it is awaited: Asio never stops watching a socket for writing once it has
  // waited for that, and each acknowledged byte would wake the loop.
  boost::asio::posix::stream_descriptor out_;
  int fd_;
  Listener& listener_;
  int wanted_ = CURL_POLL_NONE;
  bool awaits_read_ = false;
  bool awaits_write_ = false;
  bool closed_ = false;
};

}  // namespace ekiden::http
