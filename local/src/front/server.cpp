#include <ekiden/aws/sign/signature_verifier.hpp>
#include <ekiden/http/browser_guard.hpp>
#include <ekiden/http/listen_address.hpp>
#include <ekiden/http/server.hpp>
#include <ekiden/local/server.hpp>
#include <ekiden/local/service.hpp>
#include <ekiden/runtime/run_owning.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "route.hpp"

namespace ekiden::local {

namespace {

runtime::Env with_random(runtime::Env env, runtime::Random& random) {
  return {env.executor, env.clock, random, env.events, env.offload};
}

http::BrowserRules rules_of(const ServerOptions& options) {
  const std::optional<http::ListenAddress> address = http::ListenAddress::parse(options.listen);
  return {.allowed_origins = options.allowed_origins,
          .allowed_hosts = options.allowed_hosts,
          .on_loopback = address && address->is_loopback()};
}

/// In the protocol of the request, because SDKs show the reason only then.
http::HttpResponse refuse_access(runtime::Random& random, http::HttpRequest request, const std::string& reason,
                                 http::HttpResponse answer) {
  const SharedCall call = enter(std::move(request));
  if (call->frontend == nullptr) {
    return answer;
  }
  const aws::SignatureRefusal refusal{
      .code = "AccessDeniedException", .query_code = "AccessDenied", .message = "refused: " + reason};
  http::HttpResponse response = call->frontend->refuse(refusal, random);
  response.status = answer.status;
  response.headers.add("X-Content-Type-Options", "nosniff");
  return response;
}

std::unique_ptr<http::Server> listen(runtime::Env env, const std::string& address, http::Handler handler) {
  http::ServerOptions options;
  options.listen = address;
  options.events = &env.events;
  try {
    return std::make_unique<http::Server>(env.executor, env.clock, std::move(options), std::move(handler));
  } catch (const http::ListenError& error) {
    throw StartError("cannot listen on " + error.address() + " (" + error.reason() + "): " +
                     (error.in_use() ? "stop the program that uses the port, or choose another address with --listen, "
                                       "for example --listen 127.0.0.1:0 for a free port"
                                     : "choose another address with --listen"));
  }
}

}  // namespace

struct Server::Impl {
  Impl(runtime::Env given, ServerOptions options)
      : random(options.seed ? runtime::Random(*options.seed) : given.random.fork("local")),
        env(with_random(given, random)),
        service(env, std::move(options.service)),
        http(listen(env, options.listen, guarded_service(options))) {
    *address = http->address();
  }

  http::Handler guarded_service(const ServerOptions& options) {
    return http::guarded(
        rules_of(options), address, env.events,
        [this](http::HttpRequest request) { return service.handle(std::move(request)); },
        [this](http::HttpRequest request, const std::string& reason, http::HttpResponse answer) {
          return refuse_access(random, std::move(request), reason, std::move(answer));
        });
  }

  runtime::Random random;
  runtime::Env env;
  LocalService service;
  const std::shared_ptr<std::string> address = std::make_shared<std::string>();
  std::unique_ptr<http::Server> http;
};

Server::Server(runtime::Env env, ServerOptions options) : impl_(std::make_unique<Impl>(env, std::move(options))) {}

Server::~Server() = default;

std::uint16_t Server::port() const { return impl_->http->port(); }

std::string Server::url() const { return impl_->http->url(); }

Task<> Server::run() {
  runtime::TaskGroup group(impl_->env.executor);
  std::exception_ptr failed;
  auto on_end = [this, &failed](std::exception_ptr error) {
    failed = std::move(error);
    impl_->http->request_stop(runtime::Duration::zero());  // The server cannot work without the store.
  };
  group.spawn(impl_->service.run(), on_end);
  const auto commit_the_rest = [this, &group] {
    impl_->service.stop();
    return group.join();
  };
  co_await runtime::run_owning(impl_->http->run(), commit_the_rest, runtime::Shielding::kAlways);
  if (failed) {
    std::rethrow_exception(failed);
  }
}

void Server::end_polls() { impl_->service.end_polls(); }

void Server::request_stop(runtime::Duration grace) {
  impl_->service.end_polls();
  impl_->http->request_stop(grace);
}

const Stats& Server::stats() const { return impl_->service.stats(); }

}  // namespace ekiden::local
