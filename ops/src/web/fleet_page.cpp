#include <ekiden/ops/fleet_page.hpp>
#include <ekiden/runtime/deadline.hpp>
#include <ekiden/runtime/run_owning.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "serve.hpp"
#include "text.hpp"

namespace ekiden::ops {
namespace {

/// A worker's answer is some 20 KB; more is not one.
constexpr std::size_t kAnswerMax = std::size_t{1} << 20;

struct Answer {
  std::string status;  ///< A JSON object, or empty.
  std::string error;
};

Task<> ask(runtime::Clock& clock, http::Transport& transport, std::string url, Answer& answer) {
  http::HttpRequest request;
  request.method = "GET";
  request.url = std::move(url);
  try {
    Task<http::HttpResponse> sending = transport.send(std::move(request));
    std::optional<http::HttpResponse> response =
        co_await runtime::with_deadline(clock, FleetPage::kAnswerTimeout, std::move(sending));
    if (!response) {
      answer.error = "no answer within 1 s";
    } else if (response->status != 200 || response->body.size() > kAnswerMax || !is_json_object(response->body)) {
      answer.error = "an answer that is not a worker's";
    } else {
      answer.status = std::move(response->body);
    }
  } catch (const http::TransportError& error) {
    answer.error = error.what();
  }
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  append_quoted(out, name);
  out += ':';
  append_quoted(out, value);
  out += ',';
}

}  // namespace

class FleetPage::Pages {
 public:
  Pages(runtime::Env env, http::Transport& transport, FleetPageOptions options)
      : env_(env),
        transport_(transport),
        options_(std::move(options)),
        server_(
            listen(env, options_.address, [this](http::HttpRequest request) { return handle(std::move(request)); })) {}

  void set_worker(FleetWorker worker) {
    const auto same = std::ranges::find(workers_, worker.name, &FleetWorker::name);
    if (same != workers_.end()) {
      *same = std::move(worker);
    } else if (workers_.size() < kWorkersMax) {
      workers_.push_back(std::move(worker));
    }
  }

  http::Server& server() { return *server_; }
  const http::Server& server() const { return *server_; }

 private:
  Task<http::HttpResponse> handle(http::HttpRequest request) {
    if (!is_read(request)) {
      co_return method_not_allowed();
    }
    const std::string path(path_of(request));
    if (path == "/") {
      co_return page_answer();
    }
    if (path == "/live") {
      co_return plain_answer(200, "live\n");
    }
    if (path == "/status.json") {
      std::string body = co_await status();
      co_return json_answer(std::move(body));
    }
    co_return plain_answer(404, "not here; there are / /live /status.json; each worker has its own /metrics\n");
  }

  Task<std::string> status() {
    // Copied: a worker may be replaced while the answers come in.
    const std::vector<FleetWorker> workers = workers_;
    std::vector<Answer> answers(workers.size());
    runtime::TaskGroup asking(env_.executor);
    for (std::size_t i = 0; i < workers.size(); ++i) {
      if (!workers[i].url.empty()) {
        asking.spawn(ask(env_.clock, transport_, workers[i].url + "/status.json", answers[i]));
      }
    }
    co_await runtime::join_owning(asking);  // Cut off when the browser goes away.
    co_return text(workers, answers);
  }

  std::string text(const std::vector<FleetWorker>& workers, const std::vector<Answer>& answers) const {
    std::string out = "{";
    append_member(out, "name", options_.name);
    append_member(out, "version", options_.version);
    out += "\"workers\":[";
    for (std::size_t i = 0; i < workers.size(); ++i) {
      out += i == 0 ? "{" : ",{";
      append_member(out, "name", workers[i].name);
      append_member(out, "url", workers[i].url);
      append_member(out, "note", workers[i].note);
      append_member(out, "error", answers[i].error);
      out += "\"status\":";
      out += answers[i].status.empty() ? "null" : answers[i].status;
      out += "}";
    }
    out += "]}\n";
    return out;
  }

  runtime::Env env_;
  http::Transport& transport_;
  FleetPageOptions options_;
  std::vector<FleetWorker> workers_;
  std::unique_ptr<http::Server> server_;
};

FleetPage::FleetPage(runtime::Env env, http::Transport& transport, FleetPageOptions options)
    : pages_(std::make_unique<Pages>(env, transport, std::move(options))) {}
FleetPage::~FleetPage() = default;

void FleetPage::set_worker(FleetWorker worker) { pages_->set_worker(std::move(worker)); }
std::uint16_t FleetPage::port() const { return pages_->server().port(); }
std::string FleetPage::url() const { return pages_->server().url(); }
Task<> FleetPage::run() { return pages_->server().run(); }
void FleetPage::request_stop(runtime::Duration grace) noexcept { pages_->server().request_stop(grace); }

}  // namespace ekiden::ops
