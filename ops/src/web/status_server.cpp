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
        server_(
            listen(env, options_.address, [this](http::HttpRequest request) { return handle(std::move(request)); })) {}

  http::Server& server() { return *server_; }
  const http::Server& server() const { return *server_; }

 private:
  Task<http::HttpResponse> handle(http::HttpRequest request) { co_return respond(request); }

  http::HttpResponse respond(const http::HttpRequest& request) {
    if (!is_read(request)) {
      return method_not_allowed();
    }
    const std::string_view path = path_of(request);
    if (path == "/") {
      return page_answer();
    }
    if (path == "/live") {
      return plain_answer(200, "live\n");
    }
    if (path == "/ready") {
      return readiness(control_.status());
    }
    if (path == "/metrics") {
      return answer(200, Metrics::kContentType, metrics_.render(control_.status()));
    }
    if (path == "/status.json") {
      const runtime::Status status = control_.status();
      const Identity who{options_.name, options_.version,        options_.task,
                         ::getpid(),    resident_memory_bytes(), options_.memory_limit};
      return json_answer(status_json(who, status, metrics_.readings(status)));
    }
    return plain_answer(404, "not here; there are / /live /ready /metrics /status.json\n");
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
  std::unique_ptr<http::Server> server_;
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
