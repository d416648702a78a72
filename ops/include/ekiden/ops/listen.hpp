/// ListenOptions: the address of the pages for operators.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace ekiden::ops {

/// The program cannot listen on the address, or cannot open the health socket. what() is one line that says what to do;
/// a program prints it and exits with status 2.
class ListenFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ListenOptions {
  /// "ADDRESS:PORT"; port 0 picks a free port.
  std::string listen = "127.0.0.1:9000";
  /// True if the user chose this address: then a port that is in use is an error. Otherwise a free port is used
  /// instead.
  bool explicitly_set = false;
  /// The flag that sets the address, for error messages.
  std::string option = "--ops";
  /// Web pages and names that can use the server besides its own: http/browser_guard.hpp.
  std::vector<std::string> allowed_origins{};
  std::vector<std::string> allowed_hosts{};
};

}  // namespace ekiden::ops
