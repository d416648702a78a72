/// Answers that are in no service's protocol.
#pragma once

#include <ekiden/http/messages.hpp>

namespace ekiden::local {

/// To a request that no Frontend takes: GET / says that the server is healthy, everything else is not found.
http::HttpResponse answer_plainly(const http::HttpRequest& request);

/// What a load balancer says of a service that it cannot reach.
http::HttpResponse unavailable();

}  // namespace ekiden::local
