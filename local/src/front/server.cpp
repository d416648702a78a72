#include <ekiden/http/server.hpp>
#include <ekiden/local/server.hpp>
#include <ekiden/local/service.hpp>
#include <ekiden/runtime/run_owning.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <exception>
#include <utility>

namespace ekiden::local {

namespace {

runtime::Env with_random(runtime::Env env, runtime::Random& random) {
  return {env.executor, env.clock, random, env.events, env.offload};
}

std::unique_ptr<http::Server> listen(runtime::Env env, const std::string& address, http::Handler handler) {
  http::ServerOptions options;
  options.listen = address;
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
        http(listen(env, options.listen,
                    [this](http::HttpRequest request) { return service.handle(std::move(request)); })) {}

  runtime::Random random;
  runtime::Env env;
  LocalService service;
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

void Server::request_stop(runtime::Duration grace) {
  impl_->service.end_polls();
  impl_->http->request_stop(grace);
}

const Stats& Server::stats() const { return impl_->service.stats(); }

}  // namespace ekiden::local
