/// What StatusServer and FleetPage share: how they listen, and their HTTP responses.
#pragma once

#include <ekiden/http/handler.hpp>
#include <ekiden/http/router.hpp>
#include <ekiden/http/server.hpp>
#include <ekiden/ops/listen.hpp>
#include <ekiden/runtime/env.hpp>

#include <memory>
#include <string>

namespace ekiden::ops {

/// A server that listens on `options.listen`, or on a free port if that port is in use and the user did not choose it.
/// Refuses requests that other web sites make a browser send. Throws ListenFailed.
std::unique_ptr<http::Server> listen(runtime::Env env, const ListenOptions& options, http::Handler pages);

/// A response that caches must not store, and whose type browsers must not guess.
http::HttpResponse answer(int status, std::string content_type, std::string body);
http::HttpResponse plain_answer(int status, std::string body);
http::HttpResponse json_answer(std::string body);
/// status_page() with a Content-Security-Policy: it runs only its own script and connects only to its own server.
http::HttpResponse page_answer();

/// A router that answers unknown paths with 404 and the text `what_there_is`, and every method except GET and HEAD with
/// 405, whatever the path.
http::Router pages_router(std::string what_there_is);

}  // namespace ekiden::ops
