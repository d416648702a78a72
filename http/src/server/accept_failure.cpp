#include "accept_failure.hpp"

#include <sys/resource.h>

namespace ekiden::http {

namespace errc = boost::system::errc;

bool is_exhaustion(const boost::system::error_code& error) {
  return error == errc::too_many_files_open || error == errc::too_many_files_open_in_system ||
         error == errc::no_buffer_space || error == errc::not_enough_memory;
}

std::string accept_failure_text(const boost::system::error_code& error) {
  if (error == errc::too_many_files_open) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return "no file descriptors are left: this process can have " + std::to_string(limit.rlim_cur) +
           " open (RLIMIT_NOFILE); raise the limit, for example with ulimit -n";
  }
  if (error == errc::too_many_files_open_in_system) {
    return "no file descriptors are left on this machine (fs.file-max); raise the limit with sysctl, or stop other "
           "programs";
  }
  if (error == errc::no_buffer_space || error == errc::not_enough_memory) {
    return "the kernel has no memory for another connection; stop other programs, or raise the memory limit";
  }
  return error.message();
}

}  // namespace ekiden::http
