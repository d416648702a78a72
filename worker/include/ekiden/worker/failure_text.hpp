/// failure_text: describes a failed call so that the user of the program knows what to do.
#pragma once

#include <ekiden/aws/call/error.hpp>
#include <ekiden/aws/config/target.hpp>

#include <string>

namespace ekiden::worker {

/// One line: usually error.what(). If no connection was possible, the text has the advice once; for a local target it
/// advises to start the local server.
std::string failure_text(const aws::Error& error, const aws::Target& target);

}  // namespace ekiden::worker
