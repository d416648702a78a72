#include "socket_watch.hpp"

#include <unistd.h>

#include <new>

namespace ekiden::http {

bool SocketWatch::want(int what) noexcept {
  wanted_ = what;
  try {
    if ((what & CURL_POLL_IN) != 0 && !awaits_read_) {
      await(false);
    }
    if ((what & CURL_POLL_OUT) != 0 && !awaits_write_) {
      await(true);
    }
  } catch (...) {
    return false;
  }
  if (!awaits_write_ && out_.is_open()) {
    boost::system::error_code ignored;
    out_.close(ignored);
  }
  return true;
}

void SocketWatch::await(bool to_write) {
  using boost::asio::posix::descriptor_base;
  if (to_write && !out_.is_open()) {
    const int copy = ::dup(fd_);
    if (copy < 0) {
      throw std::bad_alloc();
    }
    out_.assign(copy);
  }
  boost::asio::posix::stream_descriptor& io = to_write ? out_ : in_;
  io.async_wait(to_write ? descriptor_base::wait_write : descriptor_base::wait_read,
                [self = shared_from_this(), to_write](const boost::system::error_code&) {
                  (to_write ? self->awaits_write_ : self->awaits_read_) = false;
                  const int what = to_write ? CURL_POLL_OUT : CURL_POLL_IN;
                  if (!self->closed_ && (self->wanted_ & what) != 0) {
                    self->listener_.on_ready(*self, to_write);
                  }
                });
  (to_write ? awaits_write_ : awaits_read_) = true;
}

void SocketWatch::close() {
  closed_ = true;
  link = nullptr;
  boost::system::error_code ignored;
  in_.close(ignored);
  out_.close(ignored);
}

}  // namespace ekiden::http
