/// What to tell someone whose port is taken.
#pragma once

#include <ekiden/app/options.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/task.hpp>

#include <string>

namespace ekiden::cli {

/// Asks whoever listens at `address` ("HOST:PORT") who it is. If anybody does, throws
/// app::UsageError, which says what answers there and which address to use instead; an address that nobody listens on,
/// or port 0, is fine. `flag` is the option that chooses another address.
Task<> require_free(runtime::Clock& clock, http::Transport& transport, std::string address, std::string flag);

}  // namespace ekiden::cli
