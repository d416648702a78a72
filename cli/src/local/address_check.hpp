/// Checks an address before a server listens on it, and explains what is wrong with it.
#pragma once

#include <ekiden/app/options.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/task.hpp>

#include <string>

namespace ekiden::cli {

/// Returns if a server can listen on `text` ("HOST:PORT", as app::check_address accepts it; port 0 is fine). Otherwise
/// throws app::UsageError, which says why and which address to use instead. For a port that is in use it names the
/// program that answers there. `flag` is the option that sets the address.
Task<> require_free(runtime::Clock& clock, http::Transport& transport, std::string text, std::string flag);

/// A warning if other machines can reach a server that listens on `text`; empty if only this machine can.
std::string exposure_note(const std::string& text);

}  // namespace ekiden::cli
