#include "fleet.hpp"

#include <ekiden/runtime/run_owning.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

#include "delivery.hpp"
#include "fleet_handler.hpp"

namespace ekiden::worker::test {

using namespace std::chrono_literals;

namespace {

constexpr runtime::Duration kQuiet = 15s;
constexpr runtime::Duration kCallsEndWithin = 5min;  // Deadlines, retries and backoffs of one call, with a margin.
constexpr runtime::Duration kPatience = 2h;          // Virtual time. A message that nobody handles any more exceeds it.
// What platforms grant between SIGTERM and SIGKILL.
constexpr std::array<runtime::Duration, 4> kStopTimeouts{2s, 3s, 6s, 30s};

}  // namespace

Fleet::Fleet(std::uint64_t seed)
    : checker_(key_of_body, kVisibilitySeconds),
      simulation_(seed),
      server_(simulation_.process("server")),
      sender_(simulation_) {
  counts_receives_ = simulation_.random().chance(0.35);
  // Sessions that end soon, or sessions that last but are revoked: only AWS's answer shows their end.
  revokes_sessions_ = simulation_.random().chance(0.5);
  sessions_->life = revokes_sessions_ ? runtime::Duration(12h) : simulation_.random().between(2'000, 10'000) * 1ms;
  for (std::size_t i = 0; i < kWorkers; ++i) {
    draw_worker(i);
  }
  draw_accidents();
  draw_messages();
  simulation_.network().observe([this](const testkit::SimNetwork::Answered& answered) { checker_.watch(answered); });
  simulation_.on_crash([this](testkit::Process& process) { crashed(process); });
}

FleetReport Fleet::run() {
  auto front = [this](http::Handler service, http::HttpRequest request) {
    return front_.answer(std::move(service), std::move(request), simulation_.now());
  };
  simulation_.start(server_, testkit::local_server(draw_server(), std::move(front)));
  FleetReport report;
  if (phase(sender_.prepare(kVisibilitySeconds, {}, receives_max_), 10min, "preparing queues and table")) {
    for (Worker& worker : workers_) {
      simulation_.start(*worker.process, [this, &worker](testkit::Process& process) { return work(process, worker); });
    }
    start_accidents();
    phase(sender_.send_all(bodies_), kPatience, "sending");
    phase(sender_.wait_until_drained(), kPatience, "draining the queue");
    wait_for_the_end_of_accidents();
    simulation_.run_for(kQuiet);  // No message must reappear.
    phase(sender_.wait_until_drained(), kPatience, "staying drained");
    let_go_of_stale_leases();
    stop_workers();
    look_at_clocks();
    phase(look_at_results(), kPatience, "reading the table");
    phase(look_at_dead_letters(), kPatience, "reading the dead letters");
  }
  if (simulation_.unclean_crashes() > 0) {
    problem("a crashed process's tasks did not end when cancelled");
  }
  problems_.insert(problems_.end(), checker_.problems().begin(), checker_.problems().end());
  report.problems = problems_;
  report.trace_hash = simulation_.trace_hash();
  report.steps = simulation_.steps();
  report.crashes = server_.crashes();
  for (const Worker& worker : workers_) {
    report.crashes += worker.process->crashes();
  }
  return report;
}

// Runs a task in the sender. Reports a problem and returns false if it takes longer than `limit`.
bool Fleet::phase(Task<> task, runtime::Duration limit, const char* what) {
  if (!problems_.empty() || !checker_.problems().empty()) {
    return false;
  }
  const auto wanted = [this] { return checker_.problems().empty(); };
  const bool ended = sender_.run(std::move(task), limit, wanted);
  if (!ended && checker_.problems().empty()) {
    problem(std::string(what) + " did not end");
  }
  return ended;
}

worker::Consumer Fleet::make_consumer(const Worker& worker) {
  worker::Settings settings;
  settings.queue = Sender::kQueue;
  settings.table = Sender::kTable;
  settings.max_in_flight = 20;
  settings.stop_timeout = worker.stop_timeout;
  settings.retry_initial = 1s;
  settings.retry_max =
      4s;  // Shorter than the visibility timeout, so that the checker can distinguish releases and extensions.
  return worker::Consumer{settings,
                          worker::make_handler(FleetHandler(checker_, worker.process->name(), counts_receives_))};
}

Task<> Fleet::work(testkit::Process& process, Worker& worker) {
  while (!stopping_) {
    worker.status.reset();
    worker.stop_timeout = kStopTimeouts[process.random().below(kStopTimeouts.size())];
    checker_.worker_began(process.name());
    const aws::Target target = testkit::local_target();
    worker::Service::Seams seams{process.env(), process.transport(), target, credentials_of(process, worker),
                                 "simulated"};
    ++worker.starts;
    std::vector<worker::Consumer> consumers;
    consumers.push_back(make_consumer(worker));
    auto owned = std::make_unique<worker::Service>(std::move(seams), std::move(consumers));
    worker::Service& service = process.keep(std::move(owned));
    worker.service = &service;
    // In a task of its own: a drain shields its task from cancellation, and a crash must end this loop.
    auto run = [](worker::Service& of, std::optional<int>& status) -> Task<> { status = co_await of.run(); };
    runtime::TaskGroup runs(process.env().executor);
    runs.spawn(run(service, worker.status));
    co_await runtime::join_owning(runs);
    worker.service = nullptr;
    worker.stop_by.reset();
    if (service.left_running()) {
      simulation_.crash(process);  // As app/ does: the process ends, because the handler cannot.
      co_return;
    }
    co_await process.clock().sleep_for(1s);  // The platform restarts it.
  }
}

void Fleet::wait_for_the_end_of_accidents() {
  while (simulation_.now() < quiet_at_) {
    simulation_.run_until(quiet_at_);
  }
}

// A worker that was partitioned holds messages that others have settled, until its own calls time out. One whose first
// receives were lost is not ready before another receive, and one that could not start is started again.
void Fleet::let_go_of_stale_leases() {
  const auto settles = [](const Worker& worker) {
    return worker.service == nullptr || worker.service->in_flight() > 0 || !worker.service->status().ready;
  };
  const auto some_settle = [this, settles] { return std::ranges::any_of(workers_, settles); };
  const runtime::TimePoint end = simulation_.now() + kCallsEndWithin;
  while (some_settle() && simulation_.now() < end) {
    simulation_.run_for(1s);  // The status costs too much for each step.
  }
}

void Fleet::stop_workers() {
  if (!problems_.empty()) {
    return;
  }
  stopping_ = true;
  for (const Worker& worker : workers_) {
    if (worker.service != nullptr) {
      if (const std::size_t held = worker.service->in_flight(); held > 0) {
        problem(worker.process->name() + " still holds " + std::to_string(held) + " messages, but the queue is empty");
      }
      if (const runtime::Status status = worker.service->status(); !status.ready) {
        problem(worker.process->name() + " is not ready, long after all accidents: " + status.detail);
      }
    }
  }
  for (Worker& worker : workers_) {
    inside(worker, [this](Worker& in) { request_stop(in, "the end of the test"); });
  }
  simulation_.run_for(1min);
  for (const Worker& worker : workers_) {
    if (worker.process->running() || worker.status != 0) {
      problem(worker.process->name() + " did not stop with status 0");
    }
  }
}

// A worker logs a wrong clock at most once after each start and twice after each step of a clock (once more if it did
// not know the time before it), and a worker with a correct clock never does.
void Fleet::look_at_clocks() {
  for (const Worker& worker : workers_) {
    const unsigned most = (worker.wrong_clock || worker.clock_steps > 0 ? worker.starts : 0) + 2 * worker.clock_steps;
    const bool must = worker.wrong_clock && worker.clock_steps == 0;
    if (worker.skews > most || (must && worker.skews == 0)) {
      problem(worker.process->name() + " logged a wrong clock " + std::to_string(worker.skews) + " times in " +
              std::to_string(worker.starts) + " starts and " + std::to_string(worker.clock_steps) +
              " steps of a clock");
    }
  }
}

Task<> Fleet::look_at_results() {
  const Sender::Contents found = co_await sender_.read_table();
  std::ranges::move(differences(expected_, found), std::back_inserter(problems_));
}

Task<> Fleet::look_at_dead_letters() {
  const std::set<std::string> found = co_await sender_.take_dead_letters();
  if (found != expected_dead_) {
    problem("the dead letters are wrong: there are " + std::to_string(found.size()) + " instead of " +
            std::to_string(expected_dead_.size()));
  }
}

}  // namespace ekiden::worker::test
