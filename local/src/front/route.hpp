/// Route: which Frontend a request enters.
#pragma once

#include <ekiden/http/messages.hpp>

#include "front/protocols/frontend.hpp"

namespace ekiden::local {

/// Null if no Frontend takes the request.
const Frontend* find_frontend(const http::HttpRequest& request);

}  // namespace ekiden::local
