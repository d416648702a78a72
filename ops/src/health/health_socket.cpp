#include <ekiden/ops/health.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

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
    keep_spare();
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { use_spare(); }

  Task<> run() {
    while (!stopping_) {
      boost::system::error_code error;
      Protocol::socket socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (!error) {
        answer(socket);
        socket.close(error);
        keep_spare();
      } else if (stopping_) {
        co_return;
      } else if (error == asio::error::operation_aborted) {
        throw boost::system::system_error(error);
      } else if (spare_ >= 0) {
        // Without descriptors, accept(2) fails although nobody asks.
        co_await acceptor_.async_wait(Protocol::acceptor::wait_read, asio::redirect_error(asio::use_awaitable, error));
        use_spare();
      } else {
        co_await env_.clock.sleep_for(kPause);
        keep_spare();
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

  // The spare is a descriptor for one answer when the process has no other: an orchestrator replaces a worker that does
  // not answer, which costs receives and frees nothing that the worker would not free itself.
  void keep_spare() {
    if (spare_ < 0) {
      spare_ = ::eventfd(0, EFD_CLOEXEC);
    }
  }

  void use_spare() {
    if (spare_ >= 0) {
      ::close(std::exchange(spare_, -1));
    }
  }

  runtime::Env env_;
  const runtime::Control& control_;
  Protocol::acceptor acceptor_;
  int spare_ = -1;
  bool stopping_ = false;
};

HealthSocket::HealthSocket(runtime::Env env, const runtime::Control& control)
    : listener_(std::make_unique<Listener>(env, control)) {}
HealthSocket::~HealthSocket() = default;
Task<> HealthSocket::run() { return listener_->run(); }
void HealthSocket::request_stop() noexcept { listener_->request_stop(); }

}  // namespace ekiden::ops
