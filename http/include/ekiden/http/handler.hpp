/// Handler: the function that a server, or the simulated network, calls for each request.
#pragma once

#include <ekiden/http/messages.hpp>
#include <ekiden/runtime/task.hpp>

#include <functional>

namespace ekiden::http {

/// Answers one request. It is cancelled (terminal) when the peer closes the connection. An exception becomes status
/// 500; DropConnection closes the connection without an answer.
using Handler = std::function<Task<HttpResponse>(HttpRequest)>;

/// Thrown by a handler to close the connection without an answer (fault injection).
struct DropConnection {};

}  // namespace ekiden::http
