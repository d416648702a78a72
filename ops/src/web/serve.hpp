/// What StatusServer and FleetPage share: listening, and answers.
#pragma once

#include <ekiden/http/handler.hpp>
#include <ekiden/http/router.hpp>
#include <ekiden/http/server.hpp>
#include <ekiden/ops/listen.hpp>
#include <ekiden/runtime/env.hpp>

#include <memory>
#include <string>

namespace ekiden::ops {

/// Throws ListenFailed.
std::unique_ptr<http::Server> listen(runtime::Env env, const ListenOptions& options, http::Handler handler);

/// An answer that no cache may keep and no browser may take for something else.
http::HttpResponse answer(int status, std::string content_type, std::string body);
http::HttpResponse plain_answer(int status, std::string body);
http::HttpResponse json_answer(std::string body);
/// status_page(), allowed to run only itself and to talk only to its own server.
http::HttpResponse page_answer();

/// A router whose 404 says `what_there_is`, and which answers every method but GET and HEAD with 405, whatever the
/// path: nothing can be changed here.
http::Router pages_router(std::string what_there_is);

}  // namespace ekiden::ops
