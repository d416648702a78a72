/// Where an operator's page is served.
#pragma once

#include <stdexcept>
#include <string>

namespace ekiden::ops {

/// The address cannot be served, or the health socket not be opened. what() is one sentence that ends in its remedy;
/// a program prints it and exits with status 2.
class ListenFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ListenOptions {
  /// "ADDRESS:PORT"; port 0 takes a free one.
  std::string listen = "127.0.0.1:9000";
  /// Somebody asked for this very address: if its port is taken, that is an error. Else a free port is taken instead.
  bool explicitly_set = false;
  /// How the user names it, for the error's sentence.
  std::string option = "--ops";
};

}  // namespace ekiden::ops
