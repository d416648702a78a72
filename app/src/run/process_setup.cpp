#include "process_setup.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>

namespace ekiden::app {

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
}

}  // namespace ekiden::app
