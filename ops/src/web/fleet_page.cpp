#include <ekiden/base/json/writer.hpp>
#include <ekiden/ops/fleet_page.hpp>
#include <ekiden/runtime/deadline.hpp>
#include <ekiden/runtime/run_owning.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include "json_object.hpp"
#include "serve.hpp"

namespace ekiden::ops {
namespace {

/// Bytes. A worker's /status.json has about 20 KB; a longer body is not one.
constexpr std::size_t kAnswerMax = std::size_t{1} << 20;

struct WorkerAnswer {
  std::string status;  ///< A JSON object, or empty.
  std::string error;
};

Task<> ask(runtime::Clock& clock, http::Transport& transport, std::string url, WorkerAnswer& answer) {
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
      answer.error = "the answer is not a worker's status";
    } else {
      answer.status = std::move(response->body);
    }
  } catch (const http::TransportError& error) {
    answer.error = error.what();
  }
}

}  // namespace

class FleetPage::Pages {
 public:
  Pages(runtime::Env env, http::Transport& transport, FleetPageOptions options)
      : env_(env),
        transport_(transport),
        options_(std::move(options)),
        server_(listen(env, options_.address,
                       [this](http::HttpRequest request) { return router_.answer(std::move(request)); })) {
    using http::HttpRequest;
    router_.page("/", [](const HttpRequest&) { return page_answer(); });
    router_.page("/live", [](const HttpRequest&) { return plain_answer(200, "live\n"); });
    router_.on("GET", "/status.json", [this](const HttpRequest&) { return status(); });
  }

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
  Task<http::HttpResponse> status() {
    // A copy, because a worker can be replaced while this waits for the answers.
    const std::vector<FleetWorker> workers = workers_;
    std::vector<WorkerAnswer> answers(workers.size());
    runtime::TaskGroup asking(env_.executor);
    for (std::size_t i = 0; i < workers.size(); ++i) {
      if (!workers[i].url.empty()) {
        asking.spawn(ask(env_.clock, transport_, workers[i].url + "/status.json", answers[i]));
      }
    }
    co_await runtime::join_owning(asking);  // Cancelled when the browser closes its connection.
    co_return json_answer(text(workers, answers));
  }

  std::string text(const std::vector<FleetWorker>& workers, const std::vector<WorkerAnswer>& answers) const {
    base::JsonWriter json(std::size_t{32} << 10);
    json.begin_object();
    json.key("name").printable(options_.name);
    json.key("version").printable(options_.version);
    json.key("workers").begin_array();
    for (std::size_t i = 0; i < workers.size(); ++i) {
      json.begin_object();
      json.key("name").printable(workers[i].name);
      json.key("url").printable(workers[i].url);
      json.key("note").printable(workers[i].note);
      json.key("error").printable(answers[i].error);
      json.key("status").raw(answers[i].status.empty() ? std::string_view("null") : answers[i].status);
      json.end_object();
    }
    json.end_array().end_object();
    return json.take() + "\n";
  }

  runtime::Env env_;
  http::Transport& transport_;
  FleetPageOptions options_;
  std::vector<FleetWorker> workers_;
  http::Router router_ =
      pages_router("not found; the paths are / /live /status.json; each worker serves its own /metrics\n");
  std::unique_ptr<http::Server> server_;  // The last member, because it uses the router.
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
