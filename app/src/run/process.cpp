#include <ekiden/app/process.hpp>
#include <ekiden/base/exit_status.hpp>
#include <ekiden/base/outlet.hpp>
#include <ekiden/http/curl_transport.hpp>
#include <ekiden/runtime/real_clock.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <optional>
#include <utility>

#include "process_setup.hpp"

namespace ekiden::app {
namespace {

constexpr runtime::Duration kSignalPair = std::chrono::seconds(1);

class Signals {
 public:
  Signals(runtime::Executor executor, runtime::Clock& clock, Process::OnSignal on_first, Process::OnSignal on_second)
      : set_(executor, SIGINT, SIGTERM),
        clock_(clock),
        on_first_(std::move(on_first)),
        on_second_(std::move(on_second)) {
    for (const Named& signal : kEnding) {
      if (!is_ignored(signal.number)) {
        set_.add(signal.number);
      }
    }
    listen();
  }
  void cancel() { set_.cancel(); }

 private:
  struct Named {
    int number;
    std::string_view name;
  };
  // All others that by default end a process, and that something else than a fault sends (signal(7)).
  static constexpr std::array<Named, 7> kEnding{{{SIGHUP, "SIGHUP"},
                                                 {SIGQUIT, "SIGQUIT"},
                                                 {SIGUSR1, "SIGUSR1"},
                                                 {SIGUSR2, "SIGUSR2"},
                                                 {SIGALRM, "SIGALRM"},
                                                 {SIGPWR, "SIGPWR"},
                                                 {SIGXCPU, "SIGXCPU"}}};

  static bool is_ignored(int signal) {
    struct sigaction action{};
    return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
  }

  void listen() {
    set_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) {
        return;
      }
      const runtime::TimePoint now = clock_.now();
      if (!last_ || now - *last_ > kSignalPair) {
        last_ = now;
        act(++count_, name_of(signal));
      }
      listen();
    });
  }

  void act(int count, std::string_view name) {
    if (count == 1) {
      on_first_(name);
    } else if (count == 2 && on_second_) {
      on_second_(name);
    } else {
      base::outlet_of(STDERR_FILENO)->flush();
      ::_exit(base::kExitFailed);
    }
  }

  static std::string_view name_of(int signal) {
    const auto* const found =
        std::ranges::find_if(kEnding, [signal](const Named& named) { return named.number == signal; });
    return found != kEnding.end() ? found->name : signal == SIGINT ? "SIGINT" : "SIGTERM";
  }

  boost::asio::signal_set set_;
  runtime::Clock& clock_;
  Process::OnSignal on_first_;
  Process::OnSignal on_second_;
  int count_ = 0;
  std::optional<runtime::TimePoint> last_;  // Of a signal that had an effect.
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

Process::Process(unsigned offload_threads) {
  set_up_process();  // Before the event loop opens its descriptors.
  parts_ = std::make_unique<Parts>(offload_threads);
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

int Process::run(Task<int> main, OnSignal on_first, OnSignal on_second) {
  int status = base::kExitFailed;
  std::exception_ptr failure;
  runtime::TaskGroup group(parts_->loop.get_executor());
  auto first = [this, &group, &on_first](std::string_view signal) {
    parts_->interrupted = true;
    if (on_first) {
      on_first(signal);
    } else {
      group.cancel();
    }
  };
  Signals signals(parts_->loop.get_executor(), parts_->clock, std::move(first), std::move(on_second));
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
