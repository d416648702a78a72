#include "serve.hpp"

#include <ekiden/http/browser_guard.hpp>
#include <ekiden/http/listen_address.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "page.hpp"

namespace ekiden::ops {
namespace {

/// Enough for a browser, a few scrapers and probes. A further client takes the place of an idle one.
constexpr std::size_t kConnectionsMax = 64;
/// Longer than the status page waits between two requests.
constexpr std::chrono::seconds kIdleTimeout{10};
constexpr std::size_t kBodyMax = 4096;  // No page reads a request's body.
constexpr std::chrono::seconds kRequestTimeout{10};

http::ServerOptions server_options(std::string listen, runtime::Events& events) {
  http::ServerOptions options;
  options.listen = std::move(listen);
  options.body_max = kBodyMax;
  options.connections_max = kConnectionsMax;
  options.request_timeout = kRequestTimeout;
  options.idle_timeout = kIdleTimeout;
  options.events = &events;
  return options;
}

http::HttpResponse method_not_allowed() {
  http::HttpResponse response = plain_answer(405, "only GET and HEAD are allowed\n");
  response.headers.add("Allow", "GET, HEAD");
  return response;
}

// `listen` must be a valid address: here a server has already tried to listen on it.
std::string with_any_port(const std::string& listen) { return http::ListenAddress::parse(listen).value().with_port(0); }

// Where another address than loopback is used, load balancers and scrapers use names that the worker does not know.
http::BrowserRules rules_of(const ListenOptions& options) {
  const std::optional<http::ListenAddress> address = http::ListenAddress::parse(options.listen);
  return {.allowed_origins = options.allowed_origins,
          .allowed_hosts = options.allowed_hosts,
          .on_loopback = address && address->is_loopback(),
          .reads = true};
}

}  // namespace

std::unique_ptr<http::Server> listen(runtime::Env env, const ListenOptions& options, http::Handler pages) {
  const auto address = std::make_shared<std::string>();
  const http::Handler handler = http::guarded(rules_of(options), address, env.events, std::move(pages));
  const auto listen_on = [&](const std::string& text) {
    auto server = std::make_unique<http::Server>(env.executor, env.clock, server_options(text, env.events), handler);
    *address = server->address();
    return server;
  };
  try {
    return listen_on(options.listen);
  } catch (const http::ListenError& error) {
    if (!error.in_use()) {
      throw ListenFailed("cannot listen on " + options.option + " " + options.listen + " (" + error.reason() +
                         "): use an address of this machine, such as 127.0.0.1:0");
    }
    if (options.explicitly_set) {
      throw ListenFailed(options.option + " " + options.listen + " is already in use: use another port, or " +
                         with_any_port(options.listen) + " for any free port");
    }
  }
  const std::string any_port = with_any_port(options.listen);
  try {
    return listen_on(any_port);
  } catch (const http::ListenError& error) {
    throw ListenFailed("cannot listen on " + options.option + " " + any_port + " (" + error.reason() +
                       "): use an address of this machine, such as 127.0.0.1:0");
  }
}

http::HttpResponse answer(int status, std::string content_type, std::string body) {
  http::HttpResponse response;
  response.status = status;
  response.headers.add("Content-Type", std::move(content_type));
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.body = std::move(body);
  return response;
}

http::HttpResponse plain_answer(int status, std::string body) {
  return answer(status, "text/plain; charset=utf-8", std::move(body));
}

http::HttpResponse json_answer(std::string body) { return answer(200, "application/json", std::move(body)); }

http::HttpResponse page_answer() {
  http::HttpResponse response = answer(200, "text/html; charset=utf-8", std::string(status_page()));
  response.headers.add("Content-Security-Policy",
                       "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
                       "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  return response;
}

http::Router pages_router(std::string what_there_is) {
  const auto not_found = [what_there_is = std::move(what_there_is)](const http::HttpRequest& request) {
    const bool reads = request.method == "GET" || request.method == "HEAD";
    return reads ? plain_answer(404, what_there_is) : method_not_allowed();
  };
  const auto wrong_method = [](const http::HttpRequest&) { return method_not_allowed(); };
  return http::Router({.not_found = not_found, .wrong_method = wrong_method});
}

}  // namespace ekiden::ops
