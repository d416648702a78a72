#include "process.hpp"

#include <ekiden/runtime/task_group.hpp>

#include <boost/asio/signal_set.hpp>
#include <signal.h>
#include <unistd.h>

#include <exception>
#include <optional>

namespace ekiden::cli {
namespace {

/// The server's store and the client's file reading share these; more would only compete with the workers.
constexpr unsigned kOffloadThreads = 2;

/// Listens for SIGINT and SIGTERM as long as the main task lives.
class Signals {
 public:
  Signals(runtime::Executor executor, runtime::Clock& clock, std::function<void()> on_first)
      : set_(executor, SIGINT, SIGTERM), clock_(clock), on_first_(std::move(on_first)) {
    listen();
  }
  void cancel() { set_.cancel(); }

 private:
  void listen() {
    set_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) {
        return;
      }
      if (!first_) {
        first_ = clock_.now();
        on_first_();
      } else if (clock_.now() - *first_ > std::chrono::seconds(1)) {
        ::_exit(1);
      }
      listen();
    });
  }

  boost::asio::signal_set set_;
  runtime::Clock& clock_;
  std::function<void()> on_first_;
  std::optional<runtime::TimePoint> first_;
};

runtime::Task<> keep_result(runtime::Task<int> main, int& status) { status = co_await std::move(main); }

}  // namespace

Process::Process() : clock_(loop_.get_executor()), random_(runtime::Random::entropy()), offload_(kOffloadThreads) {
  ::signal(SIGPIPE, SIG_IGN);  // A closed pipe or socket is an error of the write, not of the process.
}

Process::~Process() { transport_.reset(); }

runtime::Env Process::env() {
  return {.executor = loop_.get_executor(), .clock = clock_, .random = random_, .events = events_, .offload = offload_};
}

http::Transport& Process::transport() {
  if (!transport_) {
    transport_ = std::make_unique<http::CurlTransport>(loop_.get_executor(), clock_);
  }
  return *transport_;
}

int Process::run(runtime::Task<int> main) {
  int status = 1;
  std::exception_ptr failure;
  runtime::TaskGroup group(loop_.get_executor());
  Signals signals(loop_.get_executor(), clock_, [this, &group] {
    interrupted_ = true;
    group.cancel();
  });
  group.spawn(keep_result(std::move(main), status), [&](std::exception_ptr error) {
    failure = error;
    signals.cancel();
  });
  loop_.restart();
  loop_.run();
  if (failure) {
    std::rethrow_exception(failure);
  }
  return status;
}

}  // namespace ekiden::cli
