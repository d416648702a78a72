/// Handler: what a server calls for each request, and what the simulated network calls in its stead.
#pragma once

#include <ekiden/http/messages.hpp>
#include <ekiden/runtime/task.hpp>

#include <functional>

namespace ekiden::http {

/// Answers one request. Cancelled (terminal) when the peer closes the connection meanwhile. What it throws becomes
/// a 500, but for DropConnection, upon which the connection is closed without an answer.
using Handler = std::function<Task<HttpResponse>(HttpRequest)>;

/// Thrown by a handler that wants the connection closed without an answer (fault injection).
struct DropConnection {};

}  // namespace ekiden::http
