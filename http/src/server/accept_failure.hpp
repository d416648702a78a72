/// Why a server cannot accept a connection.
#pragma once

#include <boost/system/error_code.hpp>

#include <string>

namespace ekiden::http {

/// True if the process or the machine has nothing left to accept a connection with: descriptors or memory (accept(2)).
/// Closing a connection then helps.
bool is_exhaustion(const boost::system::error_code& error);

/// What is exhausted, and what to do; for other errors the text of the system.
std::string accept_failure_text(const boost::system::error_code& error);

}  // namespace ekiden::http
