/// What to tell someone whose port is taken.
#pragma once

#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/task.hpp>

#include <stdexcept>
#include <string>

namespace ekiden::cli {

/// Something listens already. what() says what answers there, and which address to use instead.
class AddressTaken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Asks whoever listens at `address` ("HOST:PORT") who it is. Throws AddressTaken if anybody does; an address that
/// nobody listens on, or port 0, is fine. `flag` is the option that chooses another address.
Task<> require_free(runtime::Clock& clock, http::Transport& transport, std::string address, std::string flag);

}  // namespace ekiden::cli
