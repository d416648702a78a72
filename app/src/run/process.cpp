#include <ekiden/app/process.hpp>
#include <ekiden/base/exit_status.hpp>
#include <ekiden/http/curl_transport.hpp>
#include <ekiden/runtime/real_clock.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <optional>
#include <utility>

namespace ekiden::app {
namespace {

constexpr runtime::Duration kSignalPair = std::chrono::seconds(1);

class Signals {
 public:
  Signals(runtime::Executor executor, runtime::Clock& clock, Process::OnSignal on_first)
      : set_(executor, SIGINT, SIGTERM), clock_(clock), on_first_(std::move(on_first)) {
    listen();
  }
  void cancel() { set_.cancel(); }

 private:
  void listen() {
    set_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) {
        return;
      }
      if (!first_) {
        first_ = clock_.now();
        on_first_(signal == SIGINT ? "SIGINT" : "SIGTERM");
      } else if (clock_.now() - *first_ > kSignalPair) {
        ::_exit(base::kExitFailed);
      }
      listen();
    });
  }

  boost::asio::signal_set set_;
  runtime::Clock& clock_;
  Process::OnSignal on_first_;
  std::optional<runtime::TimePoint> first_;
};

Task<> keep_result(Task<int> main, int& status) { status = co_await std::move(main); }

}  // namespace

struct Process::Parts {
  explicit Parts(unsigned offload_threads) : offload(offload_threads) {}

  boost::asio::io_context loop{1};
  runtime::RealClock clock{loop.get_executor()};
  runtime::Random random{runtime::Random::entropy()};
  runtime::Events events;
  runtime::ThreadOffload offload;
  std::string ca_file;
  std::unique_ptr<http::CurlTransport> transport;
  bool interrupted = false;
};

Process::Process(unsigned offload_threads) : parts_(std::make_unique<Parts>(offload_threads)) {
  ::signal(SIGPIPE, SIG_IGN);  // A write to a closed pipe or socket must fail, not end the process.
}

Process::~Process() = default;

runtime::Env Process::env() {
  return {.executor = parts_->loop.get_executor(),
          .clock = parts_->clock,
          .random = parts_->random,
          .events = parts_->events,
          .offload = parts_->offload};
}

http::Transport& Process::transport() {
  if (!parts_->transport) {
    http::CurlOptions options;
    options.ca_file = parts_->ca_file;
    parts_->transport = std::make_unique<http::CurlTransport>(parts_->loop.get_executor(), parts_->clock, options);
  }
  return *parts_->transport;
}

void Process::trust(std::string ca_file) { parts_->ca_file = std::move(ca_file); }

aws::Environment Process::environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* const value = std::getenv(std::string(name).c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

bool Process::interrupted() const { return parts_->interrupted; }

int Process::run(Task<int> main, OnSignal on_signal) {
  int status = base::kExitFailed;
  std::exception_ptr failure;
  runtime::TaskGroup group(parts_->loop.get_executor());
  Signals signals(parts_->loop.get_executor(), parts_->clock, [this, &group, &on_signal](std::string_view signal) {
    parts_->interrupted = true;
    if (on_signal) {
      on_signal(signal);
    } else {
      group.cancel();
    }
  });
  group.spawn(keep_result(std::move(main), status), [&](std::exception_ptr error) {
    failure = error;
    signals.cancel();
    parts_->loop.stop();  // Otherwise the loop would run until the kernel timer of a cancelled alarm expires.
  });
  parts_->loop.restart();
  parts_->loop.run();
  if (failure) {
    std::rethrow_exception(failure);
  }
  return status;
}

}  // namespace ekiden::app
