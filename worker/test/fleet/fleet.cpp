#include "fleet.hpp"

#include <ekiden/aws/events.hpp>
#include <ekiden/worker/outcome.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

#include "delivery.hpp"

namespace ekiden::worker::test {

using namespace std::chrono_literals;

namespace {

constexpr int kMessages = 80;
constexpr runtime::Duration kAccidentsLast = 15s;
constexpr runtime::Duration kCallsEndWithin = 5min;  // Deadlines, retries and backoffs of one call, with a margin.
constexpr runtime::Duration kPatience = 2h;          // Virtual time. A message that nobody handles any more exceeds it.

// A user's handler that is sometimes slow, sometimes very slow (its lease must be extended), and sometimes fails.
Task<> deliver(Delivery delivery, Context context) {
  const double luck = context.random().uniform();
  const runtime::Duration work = luck < 0.03 ? 25s : std::chrono::milliseconds(context.random().below(100));
  co_await context.clock().sleep_for(work);
  if (context.random().chance(0.05)) {
    throw std::runtime_error("a bad day");
  }
  if (delivery.title == kForbidden) {
    throw Outcome::reject("forbidden");
  }
  co_await context.table().put(delivery);
}

// Outages of the server's front end: it rejects everything for some seconds, again and again.
class Bursts {
 public:
  Bursts(runtime::Random& random, runtime::TimePoint begin) {
    for (runtime::TimePoint at = begin; at < begin + kAccidentsLast;) {
      at += random.between(0, 8'000) * 1ms;
      const runtime::TimePoint end = at + random.between(500, 4'000) * 1ms;
      bursts_.emplace_back(at, end);
      at = end;
    }
  }
  bool covers(runtime::TimePoint now) const {
    return std::ranges::any_of(bursts_, [now](const auto& burst) { return burst.first <= now && now < burst.second; });
  }

 private:
  std::vector<std::pair<runtime::TimePoint, runtime::TimePoint>> bursts_;
};

testkit::NetworkConditions draw_conditions(runtime::Random& random) {
  testkit::NetworkConditions conditions;
  conditions.slow = 0.02;
  if (random.chance(0.8)) {
    conditions.lose_request = 0.01;
    conditions.lose_answer = 0.01;
    conditions.reset_request = 0.02;
    conditions.reset_answer = 0.02;
  }
  return conditions;
}

}  // namespace

Fleet::Fleet(std::uint64_t seed)
    : checker_(key_of_body, kVisibilitySeconds),
      simulation_(seed),
      server_(simulation_.process("server")),
      sender_(simulation_) {
  // Sessions that end soon, or sessions that last but are revoked: only AWS's answer shows their end.
  revokes_sessions_ = simulation_.random().chance(0.5);
  sessions_->life = revokes_sessions_ ? runtime::Duration(12h) : simulation_.random().between(2'000, 10'000) * 1ms;
  for (std::size_t i = 0; i < kWorkers; ++i) {
    draw_worker(i);
  }
  simulation_.network().observe([this](const testkit::SimNetwork::Answered& answered) { checker_.watch(answered); });
  // A crashed process is restarted, as a platform does.
  simulation_.on_crash([this](testkit::Process& process) {
    simulation_.after(simulation_.random().between(0, 3'000) * 1ms, [this, &process] {
      if (!process.running()) {  // Another crash can have restarted it already.
        simulation_.restart(process);
      }
    });
  });
  for (int i = 0; i < kMessages; ++i) {
    const int id = i % 16 == 1 ? i - 1 : i;  // Some are sent twice, because a key must not be in a batch twice.
    Delivery delivery{"u" + std::to_string(id), "n" + std::to_string(id % 7), "title " + std::to_string(id)};
    if (i % 20 == 5) {
      delivery.title = kForbidden;
    }
    std::string body = i % 20 == 15 ? R"({"user_id": 17, "n": )" + std::to_string(i) + "}" : body_of(delivery);
    if (key_of_body(body).empty()) {
      expected_dead_.insert(body);
    } else {
      expected_[key_of(delivery)] = delivery.title;
    }
    bodies_.push_back(std::move(body));
  }
}

void Fleet::draw_worker(std::size_t index) {
  runtime::Random& random = simulation_.random();
  Worker& worker = workers_[index];
  worker.wrong_clock = random.chance(0.15);
  worker.has_sessions = random.chance(0.3);
  const std::int64_t seconds = worker.wrong_clock ? (random.chance(0.5) ? 600 : -600) : random.between(-60, 60);
  worker.process = &simulation_.process("worker-" + std::to_string(index + 1), {.skew = seconds * 1s});
  worker.process->on_event([&worker](const runtime::Event& event) {
    worker.skews += event.spec.name == aws::events::kClockSkew.name ? 1 : 0;
  });
}

local::ServiceOptions Fleet::draw_server() {
  runtime::Random& random = simulation_.random();
  local::ServiceOptions options;
  options.storage.folder = "data";
  options.keys = [sessions = sessions_](std::string_view id) { return sessions->find(id); };
  if (random.chance(0.5)) {
    options.faults = {.throttle = 0.02, .error = 0.02, .drop = 0.02, .partial = 0.05, .unprocessed = 0.05};
  }
  if (random.chance(0.3)) {
    options.changing_faults = [this, usual = options.faults, bursts = Bursts(random, simulation_.now())] {
      local::Faults faults = usual;
      faults.unavailable = bursts.covers(simulation_.now()) ? 1 : 0;
      return faults;
    };
  }
  return options;
}

std::shared_ptr<aws::CredentialsProvider> Fleet::credentials_of(testkit::Process& process, const Worker& worker) {
  if (!worker.has_sessions) {
    return testkit::local_credentials();
  }
  auto wall_now = [this] { return server_.clock().wall_now(); };
  // New credentials sometimes take long.
  auto delay = [&process] { return process.random().between(0, process.random().chance(0.1) ? 3'000 : 20) * 1ms; };
  auto source = std::make_unique<SessionSource>(sessions_, process.clock(), wall_now, delay);
  return std::make_shared<aws::RefreshingCredentials>(process.env(), std::move(source));
}

FleetReport Fleet::run() {
  simulation_.start(server_, testkit::local_server(draw_server()));
  FleetReport report;
  if (phase(sender_.prepare(kVisibilitySeconds), 10min, "preparing queues and table")) {
    simulation_.network().set_conditions(draw_conditions(simulation_.random()));
    for (Worker& worker : workers_) {
      simulation_.start(*worker.process, [this, &worker](testkit::Process& process) { return work(process, worker); });
    }
    plan_accidents();
    phase(sender_.send_all(bodies_), kPatience, "sending");
    phase(sender_.wait_until_drained(), kPatience, "draining the queue");
    simulation_.run_for(kAccidentsLast);  // No accident happens any more; no message must reappear.
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

worker::Consumer Fleet::make_consumer() const {
  worker::Settings settings;
  settings.queue = Sender::kQueue;
  settings.table = Sender::kTable;
  settings.max_in_flight = 20;
  settings.retry_initial = 1s;
  settings.retry_max =
      4s;  // Shorter than the visibility timeout, so that the checker can distinguish releases and extensions.
  return worker::Consumer{settings, worker::make_handler(&deliver)};
}

Task<> Fleet::work(testkit::Process& process, Worker& worker) {
  while (!stopping_) {
    worker.status.reset();
    const aws::Target target = testkit::local_target();
    worker::Service::Seams seams{process.env(), process.transport(), target, credentials_of(process, worker),
                                 "simulated"};
    ++worker.starts;
    std::vector<worker::Consumer> consumers;
    consumers.push_back(make_consumer());
    auto owned = std::make_unique<worker::Service>(std::move(seams), std::move(consumers));
    worker::Service& service = process.keep(std::move(owned));
    worker.service = &service;
    worker.status = co_await service.run();
    worker.service = nullptr;
    co_await process.clock().sleep_for(1s);  // The platform restarts it.
  }
}

void Fleet::plan_accidents() {
  const std::uint64_t count = 2 + simulation_.random().below(8);
  for (std::uint64_t i = 0; i < count; ++i) {
    const runtime::Duration when(simulation_.random().between(0, runtime::Duration(kAccidentsLast).count()));
    simulation_.after(when, [this] { accident(); });
  }
  for (std::uint64_t i = revokes_sessions_ ? 1 + simulation_.random().below(3) : 0; i > 0; --i) {
    const runtime::Duration when(simulation_.random().between(0, runtime::Duration(kAccidentsLast).count()));
    simulation_.after(when, [this] { sessions_->end_all(server_.clock().wall_now()); });
  }
}

void Fleet::accident() {
  static constexpr std::array<const char*, 4> kActors{"leases", "writer", "processor", "receiver"};
  runtime::Random& random = simulation_.random();
  Worker& worker = workers_[random.below(kWorkers)];
  const std::uint64_t kind = random.below(100);
  if (kind < 30) {
    worker.service = nullptr;
    simulation_.crash(*worker.process);
  } else if (kind < 55) {
    // Inside the process: a cancellation from outside could meet a task that has ended but is not joined yet.
    auto crash = [](Worker& in, const char* actor) -> Task<> {
      if (in.service != nullptr) {
        in.service->crash(actor);
      }
      co_return;
    };
    simulation_.start(*worker.process, crash(worker, kActors[random.below(kActors.size())]));
  } else if (kind < 65) {
    simulation_.crash(server_);
  } else if (kind < 75) {
    simulation_.power_loss(server_);
  } else if (kind < 90) {
    simulation_.power_loss_after(server_, 1 + random.below(60));
  } else {
    simulation_.network().set_partitioned(*worker.process, true);
    simulation_.after(random.between(0, 12'000) * 1ms,
                      [this, &worker] { simulation_.network().set_partitioned(*worker.process, false); });
  }
}

// A worker that was partitioned holds messages that others have settled, until its own calls time out.
void Fleet::let_go_of_stale_leases() {
  const auto some_held = [this] {
    return std::ranges::any_of(
        workers_, [](const Worker& worker) { return worker.service != nullptr && worker.service->in_flight() > 0; });
  };
  simulation_.run_while(some_held, simulation_.now() + kCallsEndWithin);
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
      worker.service->request_stop("the end of the test");
    }
  }
  simulation_.run_for(1min);
  for (const Worker& worker : workers_) {
    if (worker.process->running() || worker.status != 0) {
      problem(worker.process->name() + " did not stop with status 0");
    }
  }
}

// A worker logs a wrong clock at most once after each start, and a worker with a correct clock never does.
void Fleet::look_at_clocks() {
  for (const Worker& worker : workers_) {
    const bool logged_right =
        worker.wrong_clock ? worker.skews > 0 && worker.skews <= worker.starts : worker.skews == 0;
    if (!logged_right) {
      problem(worker.process->name() + " logged a wrong clock " + std::to_string(worker.skews) + " times in " +
              std::to_string(worker.starts) + " starts");
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
