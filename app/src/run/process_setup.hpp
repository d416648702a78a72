/// set_up_process: what every program does before anything else.
#pragma once

namespace ekiden::app {

/// Call it first in main(): a descriptor that is opened earlier can get the number of a closed standard stream. Further
/// calls change nothing.
///
/// Opens /dev/null as each of the descriptors 0 to 2 that is closed. Otherwise the next file or socket would get the
/// number 1 or 2, and what is written to standard output or standard error would go into it.
///
/// Ignores SIGPIPE and SIGXFSZ: a write to a closed pipe or socket, and a write beyond the limit of a file's size
/// (RLIMIT_FSIZE), must fail with an error, not end the process.
///
/// Sets a handler of std::terminate that prints the exception, after the log's last lines, without waiting for a
/// reader.
void set_up_process() noexcept;

/// Throws aws::ConfigurationError if the process cannot have enough descriptors open (RLIMIT_NOFILE) to start: streams,
/// the event loop, its ports and a few connections.
void require_descriptors();

}  // namespace ekiden::app
