#include "plain_answers.hpp"

#include <string>

namespace ekiden::local {

namespace {

http::HttpResponse healthy(const http::HttpRequest& request) {
  http::HttpResponse response;
  response.headers.add("Content-Type", "text/plain");
  response.body = "healthy: " + std::string(request.headers.find("host").value_or("ekiden local")) + "\n";
  return response;
}

http::HttpResponse not_found() {
  http::HttpResponse response;
  response.status = 404;
  response.headers.add("Content-Type", "application/xml");
  response.body = "<UnknownOperationException/>\n";
  return response;
}

}  // namespace

http::Router plain_router() {
  const auto nothing = [](const http::HttpRequest&) { return not_found(); };
  http::Router router({.not_found = nothing, .wrong_method = nothing});
  router.page("/", [](const http::HttpRequest& request) {
    // A query or a target means a request to a service, for an unknown operation.
    const bool is_bare = request.url == "/" && request.headers.find("x-amz-target").value_or("").empty();
    return is_bare ? healthy(request) : not_found();
  });
  return router;
}

http::HttpResponse unavailable() {
  http::HttpResponse response;
  response.status = 503;
  response.headers.add("Content-Type", "text/html");
  response.body = "<html><body><b>503 Service Unavailable</b></body></html>";
  return response;
}

}  // namespace ekiden::local
