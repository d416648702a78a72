/// failure_text: a failed call in the words that its program's user can act on.
#pragma once

#include <ekiden/aws/call/error.hpp>
#include <ekiden/aws/config/target.hpp>

#include <string>

namespace ekiden::worker {

/// error.what(), except where nothing could be connected to: then the advice stands there once, and for a target on
/// this machine it is to start the server, which the call itself cannot know.
std::string failure_text(const aws::Error& error, const aws::Target& target);

}  // namespace ekiden::worker
