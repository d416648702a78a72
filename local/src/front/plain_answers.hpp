/// Answers outside of the services' protocols.
#pragma once

#include <ekiden/http/messages.hpp>
#include <ekiden/http/router.hpp>

namespace ekiden::local {

/// For requests that no Frontend takes: GET / answers that the server is healthy, other paths answer 404.
http::Router plain_router();

/// The answer of a load balancer that cannot reach its service.
http::HttpResponse unavailable();

}  // namespace ekiden::local
