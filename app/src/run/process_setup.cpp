#include "process_setup.hpp"

#include <ekiden/aws/environment.hpp>
#include <ekiden/base/outlet.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <string>

namespace ekiden::app {
namespace {

/// std::terminate's own handler waits for the reader of standard error, and passes the lines that still wait there.
[[noreturn]] void end_with_last_words() noexcept {
  try {
    if (const std::exception_ptr error = std::current_exception()) {
      std::rethrow_exception(error);
    }
    base::say("terminated without an exception");
  } catch (const std::exception& error) {
    base::say(std::string("terminated by an exception that nothing caught: ") + error.what());
  } catch (...) {
    base::say("terminated by an exception that nothing caught");
  }
  base::outlet_of(STDERR_FILENO)->flush();
  std::abort();
}

}  // namespace

void set_up_process() noexcept {
  for (int number = STDIN_FILENO; number <= STDERR_FILENO; ++number) {
    if (::fcntl(number, F_GETFD) >= 0 || errno != EBADF) {
      continue;
    }
    // open() returns the lowest free number, which is this one. Children inherit it, so it is not close-on-exec.
    if (::open("/dev/null", number == STDIN_FILENO ? O_RDONLY : O_WRONLY) < 0) {
      ::open("/", O_PATH);  // A sandbox without /dev: reads and writes fail, but the number is taken.
    }
  }
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
  std::set_terminate(end_with_last_words);
}

void require_descriptors() {
  constexpr rlim_t kNeeded = 16;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < kNeeded) {
    throw aws::ConfigurationError("this process can have only " + std::to_string(limit.rlim_cur) +
                                  " file descriptors open (RLIMIT_NOFILE), and needs at least " +
                                  std::to_string(kNeeded) + ": raise the limit, for example with ulimit -n 1024");
  }
}

}  // namespace ekiden::app
