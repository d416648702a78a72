/// Answers that are in no service's protocol.
#pragma once

#include <ekiden/http/messages.hpp>
#include <ekiden/http/router.hpp>

namespace ekiden::local {

/// For what no Frontend takes: GET / says that the server is healthy, everything else is not found.
http::Router plain_router();

/// What a load balancer says of a service that it cannot reach.
http::HttpResponse unavailable();

}  // namespace ekiden::local
