#include <ekiden/ops/health.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "health_names.hpp"

namespace ekiden::ops {
namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;

class HealthSocket::Listener {
 public:
  Listener(runtime::Env env, const runtime::Control& control) : env_(env), control_(control), acceptor_(env.executor) {
    const std::string name = health_socket_name(::getpid());
    boost::system::error_code error;
    const Protocol::endpoint endpoint(std::string(1, '\0') + name);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) {
      ::fcntl(acceptor_.native_handle(), F_SETFD, FD_CLOEXEC);  // Programs that a handler starts must not inherit it.
      acceptor_.bind(endpoint, error);
    }
    if (!error) {
      acceptor_.listen(kBacklog, error);
    }
    if (error) {
      throw ListenFailed("the health socket @" + name + " cannot be opened (" + error.message() +
                         "): allow Unix sockets in the sandbox, and start only one worker per process");
    }
  }

  Task<> run() {
    while (!stopping_) {
      boost::system::error_code error;
      Protocol::socket socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (!error) {
        answer(socket);
      } else if (stopping_) {
        co_return;
      } else if (error == asio::error::operation_aborted) {
        throw boost::system::system_error(error);
      } else {
        // Most likely the process has no file descriptors left. This check fails by its own timeout; a later one can
        // succeed.
        co_await env_.clock.sleep_for(kPause);
      }
    }
  }

  void request_stop() noexcept {
    stopping_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
  }

 private:
  static constexpr int kBacklog = 16;
  static constexpr std::chrono::milliseconds kPause{100};

  /// Never blocks: one line fits into the empty send buffer of a new socket.
  void answer(Protocol::socket& socket) {
    const std::string line = health_line(control_.status());
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.send(asio::buffer(line), 0, ignored);
  }

  runtime::Env env_;
  const runtime::Control& control_;
  Protocol::acceptor acceptor_;
  bool stopping_ = false;
};

HealthSocket::HealthSocket(runtime::Env env, const runtime::Control& control)
    : listener_(std::make_unique<Listener>(env, control)) {}
HealthSocket::~HealthSocket() = default;
Task<> HealthSocket::run() { return listener_->run(); }
void HealthSocket::request_stop() noexcept { listener_->request_stop(); }

}  // namespace ekiden::ops
