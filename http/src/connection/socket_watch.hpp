/// SocketWatch: reports when a socket can be read or written.
#pragma once

#include <ekiden/runtime/task.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <curl/curl.h>

#include <memory>

namespace ekiden::http {

class Link;

/// Registered with the loop once; waits only while a caller wants it. While curl connects, it watches a duplicate of
/// curl's socket, because curl can close that at any time without telling us. The connected socket is ours.
class SocketWatch final : public std::enable_shared_from_this<SocketWatch> {
 public:
  class Listener {
   public:
    /// The socket is ready. To be called again, call want() again.
    virtual void on_ready(SocketWatch& watch, bool to_write) = 0;

   protected:
    ~Listener() = default;
  };

  /// Owns `descriptor`: `fd`, or a duplicate of it. The listener is not called after close(). Throws if the system
  /// cannot watch the descriptor, which the caller then still owns.
  SocketWatch(const runtime::Executor& executor, int descriptor, int fd, Listener& listener)
      : in_(executor, descriptor), out_(executor), fd_(fd), is_copy_(descriptor != fd), listener_(listener) {}

  /// CURL_POLL_IN, _OUT, _INOUT or _NONE, from now on. Returns 0, or the error of the system: EMFILE if there is no
  /// free descriptor, for example.
  [[nodiscard]] int want(int what) noexcept;
  void close();

  int fd() const { return fd_; }
  bool is_closed() const { return closed_; }
  /// True if it watches a duplicate: curl closes its socket itself.
  bool is_copy() const { return is_copy_; }

  int wanted() const { return wanted_; }

  Link* link = nullptr;    ///< The link of the socket, when curl has connected it.
  Link* opener = nullptr;  ///< Of a duplicate: the link that connects.

 private:
  void await(bool to_write);

  boost::asio::posix::stream_descriptor in_;
  // A duplicate that is open only while it is awaited: Asio never stops watching a socket for writing once it has
  // waited for that, and each acknowledged byte would wake the loop. A copy lives too shortly to need it.
  boost::asio::posix::stream_descriptor out_;
  int fd_;
  bool is_copy_;
  Listener& listener_;
  int wanted_ = CURL_POLL_NONE;
  bool awaits_read_ = false;
  bool awaits_write_ = false;
  bool closed_ = false;
};

}  // namespace ekiden::http
