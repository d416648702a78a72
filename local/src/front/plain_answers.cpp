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

http::HttpResponse answer_plainly(const http::HttpRequest& request) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  const bool names_an_operation = !request.headers.find("x-amz-target").value_or("").empty();
  return reads && request.url == "/" && !names_an_operation ? healthy(request) : not_found();
}

http::HttpResponse unavailable() {
  http::HttpResponse response;
  response.status = 503;
  response.headers.add("Content-Type", "text/html");
  response.body = "<html><body><b>503 LocalService Unavailable</b></body></html>";
  return response;
}

}  // namespace ekiden::local
