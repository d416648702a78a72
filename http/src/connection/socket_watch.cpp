#include "socket_watch.hpp"

#include <boost/system/system_error.hpp>
#include <fcntl.h>

#include <cerrno>

namespace ekiden::http {

int SocketWatch::want(int what) noexcept {
  wanted_ = what;
  try {
    if ((what & CURL_POLL_IN) != 0 && !awaits_read_) {
      await(false);
    }
    if ((what & CURL_POLL_OUT) != 0 && !awaits_write_) {
      await(true);
    }
  } catch (const boost::system::system_error& error) {
    return error.code().value();
  } catch (...) {
    return ENOMEM;
  }
  if (!awaits_write_ && out_.is_open()) {
    boost::system::error_code ignored;
    out_.close(ignored);
  }
  return 0;
}

void SocketWatch::await(bool to_write) {
  using boost::asio::posix::descriptor_base;
  const bool on_duplicate = to_write && !is_copy_;
  if (on_duplicate && !out_.is_open()) {
    const int copy = ::fcntl(fd_, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) {
      throw boost::system::system_error(errno, boost::system::system_category());
    }
    out_.assign(copy);
  }
  boost::asio::posix::stream_descriptor& io = on_duplicate ? out_ : in_;
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
  opener = nullptr;
  boost::system::error_code ignored;
  in_.close(ignored);
  out_.close(ignored);
}

}  // namespace ekiden::http
