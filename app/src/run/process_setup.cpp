#include "process_setup.hpp"

#include <ekiden/base/outlet.hpp>

#include <fcntl.h>
#include <signal.h>
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

}  // namespace ekiden::app
