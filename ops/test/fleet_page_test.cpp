#include <ekiden/ops/fleet_page.hpp>
#include <ekiden/ops/status_server.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_worker.hpp"
#include "web/json_object.hpp"
#include "web/serve.hpp"

namespace ekiden::ops {
namespace {

using namespace std::chrono_literals;
using http::HttpResponse;
using test::FakeControl;
using test::RealLoop;
using testing::AllOf;
using testing::HasSubstr;

Task<> serve(RealLoop& loop, FleetPage& page, StatusServer& worker, http::Server& impostor) {
  runtime::TaskGroup servers(loop.env().executor);
  servers.spawn(page.run());
  servers.spawn(worker.run());
  servers.spawn(impostor.run());
  co_await servers.join();
}

Task<HttpResponse> nonsense(http::HttpRequest) { co_return answer(200, "application/json", "{\"broken\":"); }

Task<> fetch(RealLoop& loop, std::string url, HttpResponse& result) { result = co_await loop.get(std::move(url)); }

// Goal: one answer covers all workers: one that answers, one that sends malformed JSON, one that has ended, one whose
// URL is not known yet. No answer of theirs can break the page's JSON.
TEST(FleetPageTest, ShowsEveryWorkerWhateverItAnswers) {
  RealLoop loop;
  FakeControl control;
  control.now = test::ready_status();
  Metrics metrics(loop.events, {}, {});
  StatusServer worker(loop.env(), control, metrics, {.address = {.listen = "127.0.0.1:0"}, .name = "news-worker"});
  http::Server impostor(loop.context.get_executor(), loop.clock, {}, nonsense);
  FleetPage page(loop.env(), loop.transport, {.address = {.listen = "127.0.0.1:0"}, .version = "1.2.3"});
  std::string gone;
  {
    const http::Server closed(loop.context.get_executor(), loop.clock, {}, nonsense);
    gone = closed.url();
  }
  page.set_worker({"worker 1", "", ""});
  page.set_worker({"worker 1", worker.url(), ""});
  page.set_worker({"worker 2", impostor.url(), ""});
  page.set_worker({"worker 3", gone, ""});
  page.set_worker({"worker 4", "", "ended with \"status\" 1"});

  HttpResponse response;
  loop.run(serve(loop, page, worker, impostor), fetch(loop, page.url() + "/status.json", response), [&] {
    page.request_stop(0s);
    worker.request_stop(0s);
    impostor.request_stop(0s);
  });

  EXPECT_TRUE(is_json_object(response.body)) << response.body;
  EXPECT_THAT(response.body, AllOf(HasSubstr(R"("name":"worker 1","url":")" + worker.url() +
                                             R"(","note":"","error":"","status":{"name")"),
                                   HasSubstr(R"("error":"the answer is not a worker's status","status":null)"),
                                   HasSubstr(R"("name":"worker 3","url":")" + gone + R"(","note":"","error":")"),
                                   HasSubstr(R"("note":"ended with \"status\" 1","error":"","status":null)")));
}

// Goal: the list of workers is bounded.
TEST(FleetPageTest, ListsABoundedNumberOfWorkers) {
  RealLoop loop;
  FleetPage page(loop.env(), loop.transport, {.address = {.listen = "127.0.0.1:0"}});
  for (std::size_t i = 0; i <= FleetPage::kWorkersMax; ++i) {
    page.set_worker({"worker " + std::to_string(i), "", ""});
  }
  HttpResponse response;
  loop.run(page.run(), fetch(loop, page.url() + "/status.json", response), [&page] { page.request_stop(0s); });
  EXPECT_THAT(response.body, AllOf(HasSubstr("worker 63"), testing::Not(HasSubstr("worker 64"))));
}

}  // namespace
}  // namespace ekiden::ops
