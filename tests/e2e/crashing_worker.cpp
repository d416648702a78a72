/// crashing-worker: a worker program with a command that crashes one of its actors again and again.
#include <ekiden/app/worker_options.hpp>
#include <ekiden/ops/log.hpp>
#include <ekiden/runtime/task_group.hpp>
#include <ekiden/worker.hpp>
#include <ekiden/worker/service.hpp>

#include <unistd.h>

namespace ekiden::e2e {
namespace {

using namespace std::chrono_literals;

// Never ends, so the worker still holds its messages when it gives up. The body "wedge" also blocks the event loop, and
// "block" blocks it for 2 s: in the middle, or until its end ("block and end").
Task<> wait_without_end(Message message, Context context) {
  while (message.body == "wedge") {
    ::pause();
  }
  if (message.body.starts_with("block")) {
    co_await context.clock().sleep_for(10ms);
    ::sleep(2);
  }
  if (message.body == "block and end") {
    co_return;
  }
  co_await context.clock().sleep_for(24h);
}

Task<> crash_whenever_it_runs(worker::Service& service, std::string actor, runtime::Clock& clock) {
  for (;;) {
    service.crash(actor);
    co_await clock.sleep_for(1ms);
  }
}

// Runs a worker without the status page and without signal handling.
Task<int> crash(app::CommandContext context) {
  const ops::Log log(context.env.events, context.env.clock, {});
  std::vector<worker::Consumer> consumers;
  consumers.push_back({app::worker_settings(context.call.options, "news"), worker::make_handler(wait_without_end)});
  worker::Service::Seams seams{context.env, context.transport, context.target, context.credentials, "test"};
  worker::Service service(std::move(seams), std::move(consumers));
  runtime::TaskGroup crashes(context.env.executor);
  crashes.spawn(crash_whenever_it_runs(service, context.call.arguments.front(), context.env.clock));
  const int status = co_await service.run();
  crashes.cancel();
  co_await crashes.join();
  co_return status;
}

}  // namespace
}  // namespace ekiden::e2e

int main(int argc, char** argv) {
  ekiden::App app("crashing-worker", "a worker that crashes");
  app.consume({.queue = "news", .table = "news-deliveries"}, ekiden::e2e::wait_without_end);
  app.command(
      {.name = "crash", .help = "crash an actor again and again", .arguments = {{.name = "ACTOR", .help = "its name"}}},
      ekiden::e2e::crash);
  return app.run(argc, argv);
}
