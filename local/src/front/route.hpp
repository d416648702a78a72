/// Route: chooses the Frontend of a request.
#pragma once

#include <ekiden/http/messages.hpp>

#include "front/protocols/frontend.hpp"

namespace ekiden::local {

/// The request as a call, taken by the first Frontend that knows its protocol, or by none.
SharedCall enter(http::HttpRequest request);

}  // namespace ekiden::local
