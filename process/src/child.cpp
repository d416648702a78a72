#include <ekiden/process/child.hpp>

#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace ekiden::process {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> array;
  array.reserve(texts.size() + 1);
  for (const std::string& text : texts) {
    array.push_back(const_cast<char*>(text.c_str()));  // execve takes char*, but does not change the text.
  }
  array.push_back(nullptr);
  return array;
}

struct Start {
  char* const* arguments;
  char* const* environment;
  int output;
  int inherited;
  int null;
  int failure;  ///< A pipe. The child writes errno to it if execve fails; a successful execve closes it.
  pid_t parent;
  sigset_t mask;
};

/// Runs in the child, which shares the parent's memory until execve: only system calls are allowed.
[[noreturn]] void become(Start& start) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != start.parent) {
    ::_exit(127);  // The parent died before the line above.
  }
  ::dup2(start.null, STDIN_FILENO);
  if (start.output >= 0) {
    ::dup2(start.output, STDOUT_FILENO);
    ::dup2(start.output, STDERR_FILENO);
  }
  if (start.inherited >= 0) {
    ::fcntl(start.inherited, F_SETFD, 0);
  }
  for (const int number : {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGPIPE, SIGXFSZ, SIGCHLD}) {
    struct sigaction fresh{};
    ::sigaction(number, nullptr, &fresh);
    if (number == SIGHUP && fresh.sa_handler == SIG_IGN) {
      continue;  // nohup is meant for the whole tree of processes.
    }
    fresh = {};
    fresh.sa_handler = SIG_DFL;
    ::sigaction(number, &fresh, nullptr);
  }
  ::sigprocmask(SIG_SETMASK, &start.mask, nullptr);
  ::execve(start.arguments[0], start.arguments, start.environment);
  const int error = errno;
  // Not through the memory that vfork shares: the thread sanitizer makes it a fork.
  [[maybe_unused]] const ssize_t written = ::write(start.failure, &error, sizeof(error));
  ::_exit(127);
}

/// Uses vfork, because the parent can hold a server with hundreds of megabytes. fork would copy its page tables and
/// cause a fault for each page during the measurement. Signals are blocked meanwhile: a handler in the child would run
/// on the parent's memory.
__attribute__((noinline)) pid_t launch(Start& start) {
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &start.mask);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  const pid_t pid = ::vfork();  // NOLINT(bugprone-unsafe-functions): see above.
#pragma GCC diagnostic pop
  if (pid == 0) {
    become(start);
  }
  const int error = errno;
  ::sigprocmask(SIG_SETMASK, &start.mask, nullptr);
  errno = error;
  return pid;
}

/// The errno of the child if execve failed, else 0.
int failure_of(int pipe) {
  int error = 0;
  ssize_t size = 0;
  do {
    size = ::read(pipe, &error, sizeof(error));
  } while (size < 0 && errno == EINTR);
  return size == sizeof(error) ? error : 0;
}

}  // namespace

std::string ChildExit::words() const {
  if (WIFSIGNALED(wait_status)) {
    const int number = WTERMSIG(wait_status);
    return "was killed by signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
  }
  return "ended with status " + std::to_string(WEXITSTATUS(wait_status));
}

Child::Child(runtime::Executor executor, const ProgramSpec& spec) {
  const std::vector<char*> arguments = pointers(spec.arguments);
  const std::vector<char*> environment = pointers(spec.environment);
  std::array<int, 2> failure{};
  if (::pipe2(failure.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot start " + spec.arguments.front());
  }
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  Start start{.arguments = arguments.data(),
              .environment = environment.data(),
              .output = spec.output,
              .inherited = spec.inherited,
              .null = null,
              .failure = failure[1],
              .parent = ::getpid(),
              .mask = {}};
  pid_ = launch(start);
  int refused = pid_ < 0 ? errno : 0;
  ::close(null);
  ::close(failure[1]);
  if (pid_ > 0) {
    refused = failure_of(failure[0]);
  }
  ::close(failure[0]);
  if (refused != 0) {
    if (pid_ > 0) {
      ::waitpid(pid_, nullptr, 0);
    }
    pid_ = -1;
    throw std::system_error(refused, std::generic_category(), "cannot start " + spec.arguments.front());
  }
  // The child does the same. Doing it here, too, ensures that the group exists before anything signals it.
  ::setpgid(pid_, pid_);
  const auto pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  if (pidfd < 0) {
    const int error = errno;
    signal(SIGKILL);
    reap(true);
    throw std::system_error(error, std::generic_category(), "pidfd_open");
  }
  pidfd_.emplace(executor, pidfd);
}

Child::Child(Child&& other) noexcept
    : signalled_(other.signalled_),
      pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::move(other.pidfd_)),
      exit_(other.exit_) {}

Child::~Child() {
  if (running()) {
    signal(SIGKILL);
    reap(true);
  }
}

void Child::signal(int number) {
  if (running()) {
    signalled_ = true;
    ::kill(-pid_, number);
  }
}

void Child::reap(bool block) {
  if (!running()) {
    return;
  }
  int status = 0;
  rusage usage{};
  pid_t reaped = 0;
  do {
    reaped = ::wait4(pid_, &status, block ? 0 : WNOHANG, &usage);
  } while (reaped < 0 && errno == EINTR);
  if (reaped != pid_) {
    return;
  }
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  exit_ = ChildExit{.wait_status = status,
                    .cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime),
                    .max_rss_bytes = usage.ru_maxrss * 1024};
}

runtime::Task<ChildExit> Child::wait() {
  while (running()) {
    co_await pidfd_->async_wait(boost::asio::posix::stream_descriptor::wait_read, boost::asio::use_awaitable);
    if (!signalled_) {
      ::kill(-pid_, SIGKILL);  // Before reaping: until then no other group can get the same number.
    }
    reap(false);
  }
  co_return exit_.value_or(ChildExit{});
}

}  // namespace ekiden::process
