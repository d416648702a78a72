#include <ekiden/ops/status_server.hpp>

#include <unistd.h>

#include <utility>

#include "serve.hpp"
#include "status_json.hpp"

namespace ekiden::ops {

class StatusServer::Pages {
 public:
  Pages(runtime::Env env, const runtime::Control& control, Metrics& metrics, StatusServerOptions options)
      : control_(control),
        metrics_(metrics),
        options_(std::move(options)),
        server_(listen(env, options_.address,
                       [this](http::HttpRequest request) { return router_.answer(std::move(request)); })) {
    using http::HttpRequest;
    router_.page("/", [](const HttpRequest&) { return page_answer(); });
    router_.page("/live", [](const HttpRequest&) { return plain_answer(200, "live\n"); });
    router_.page("/ready", [this](const HttpRequest&) { return readiness(control_.status()); });
    router_.page("/metrics", [this](const HttpRequest&) {
      return answer(200, Metrics::kContentType, metrics_.render(control_.status()));
    });
    router_.page("/status.json", [this](const HttpRequest&) { return status(); });
  }

  http::Server& server() { return *server_; }
  const http::Server& server() const { return *server_; }

 private:
  http::HttpResponse status() {
    const runtime::Status status = control_.status();
    const Identity who{options_.name, options_.version,        options_.task,
                       ::getpid(),    resident_memory_bytes(), options_.memory_limit};
    return json_answer(status_json(who, status, metrics_.readings(status)));
  }

  static http::HttpResponse readiness(const runtime::Status& status) {
    if (status.ready) {
      return plain_answer(200, "ready\n");
    }
    const std::string reason = !status.detail.empty() ? status.detail : status.draining ? "draining" : "not ready";
    return plain_answer(503, reason + "\n");
  }

  const runtime::Control& control_;
  Metrics& metrics_;
  StatusServerOptions options_;
  http::Router router_ = pages_router("not found; the paths are / /live /ready /metrics /status.json\n");
  std::unique_ptr<http::Server> server_;  // The last member, because it uses the router.
};

StatusServer::StatusServer(runtime::Env env, const runtime::Control& control, Metrics& metrics,
                           StatusServerOptions options)
    : pages_(std::make_unique<Pages>(env, control, metrics, std::move(options))) {}
StatusServer::~StatusServer() = default;

std::uint16_t StatusServer::port() const { return pages_->server().port(); }
std::string StatusServer::url() const { return pages_->server().url(); }
Task<> StatusServer::run() { return pages_->server().run(); }
void StatusServer::request_stop(runtime::Duration grace) noexcept { pages_->server().request_stop(grace); }

}  // namespace ekiden::ops
