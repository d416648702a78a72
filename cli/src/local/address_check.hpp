/// What to tell someone whose port is taken.
#pragma once

#include <ekiden/app/options.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/task.hpp>

#include <string>

namespace ekiden::cli {

/// Whether a server can listen at `text` ("HOST:PORT", as app::check_address allows it). If not, throws
/// app::UsageError, which says why (a port that is taken: by what, of whoever answers there) and which address to use
/// instead; port 0 is fine. `flag` is the option that chooses another address.
Task<> require_free(runtime::Clock& clock, http::Transport& transport, std::string text, std::string flag);

/// What to say of a server that listens at `text` and is reached from elsewhere than this machine; empty if it is not.
std::string exposure_note(const std::string& text);

}  // namespace ekiden::cli
