#include "one_worker.hpp"

#include <ekiden/runtime/deadline.hpp>
#include <ekiden/runtime/supervision_events.hpp>
#include <ekiden/testkit/local_server.hpp>

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <iterator>

namespace ekiden::worker::test {

using namespace std::chrono_literals;

namespace {

constexpr runtime::Duration kPatience = 1h;  // Virtual time. A message that nobody handles any more exceeds it.
constexpr runtime::Duration kRestartsEndWithin = runtime::kRestartBackoff.max + 1s;

// A user's handler: some work, waiting for the gate, and an effect.
class Deliver {
 public:
  explicit Deliver(std::shared_ptr<Gate> gate) : gate_(std::move(gate)) {}

  Task<> operator()(Delivery delivery, Context context) const {
    struct Inside {
      Gate& gate;
      explicit Inside(Gate& of) : gate(of) { ++gate.inside; }
      ~Inside() { --gate.inside; }
    };
    const Inside inside(*gate_);
    co_await context.clock().sleep_for(std::chrono::microseconds(context.random().below(100'000)));
    if (gate_->work > runtime::Duration::zero()) {
      co_await context.clock().sleep_for(gate_->work / 2 +
                                         runtime::Duration(context.random().between(0, gate_->work.count() / 2)));
    }
    while (!gate_->open) {
      co_await wait(context.clock());
    }
    if (gate_->writes) {
      co_await context.table().put(delivery);
    }
  }

 private:
  // Waits for a second, and in a deaf handler until it may hear again.
  Task<> wait(runtime::Clock& clock) const {
    bool cancelled = false;
    try {
      co_await clock.sleep_for(1s);
    } catch (const boost::system::system_error&) {
      if (!gate_->deaf) {
        throw;
      }
      cancelled = true;
    }
    if (cancelled) {
      co_await runtime::shield();
      while (gate_->deaf) {
        co_await clock.sleep_for(1s);
      }
    }
  }

  std::shared_ptr<Gate> gate_;
};

}  // namespace

OneWorker::OneWorker(std::uint64_t seed, OneWorkerOptions options)
    : checker_(key_of_body, kVisibilitySeconds),
      options_(std::move(options)),
      simulation_(seed),
      server_(simulation_.process("server")),
      sender_(simulation_),
      process_(simulation_.process("worker", options_.worker)) {
  simulation_.network().observe([this](const testkit::SimNetwork::Answered& answered) { checker_.watch(answered); });
  process_.on_event([this](const runtime::Event& event) {
    ++events_[std::string(event.spec.name)];
    if (event.spec.name == runtime::events::kActorCrashed.name) {
      ++crashes_[std::string(std::get<std::string_view>(*event.find("actor")))];
    } else if (event.spec.name == runtime::events::kActorStarted.name) {
      ++starts_[std::string(std::get<std::string_view>(*event.find("actor")))];
    }
  });
  simulation_.start(server_, testkit::local_server(options_.server));
  phase(sender_.prepare(kVisibilitySeconds, options_.queue), "preparing queues and table");
}

std::vector<std::string> OneWorker::problems() const {
  std::vector<std::string> all = problems_;
  all.insert(all.end(), checker_.problems().begin(), checker_.problems().end());
  return all;
}

std::size_t OneWorker::events(const runtime::EventSpec& spec) const {
  const auto found = events_.find(spec.name);
  return found == events_.end() ? 0 : found->second;
}

void OneWorker::phase(Task<> task, const char* what) {
  const bool ended = sender_.run(std::move(task), kPatience, [] { return true; });
  if (!ended) {
    problem(std::string(what) + " did not end");
  }
}

void OneWorker::inside(std::function<void()> act) {
  auto task = [](std::function<void()> what) -> Task<> {
    what();
    co_return;
  };
  simulation_.start(process_, task(std::move(act)));
}

void OneWorker::send(std::size_t count, std::size_t title_bytes) {
  std::vector<std::string> bodies;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string id = std::to_string(expected_.size());
    Delivery delivery{"u" + id, "n" + id, "title " + id};
    delivery.title.resize(std::max(delivery.title.size(), title_bytes), '.');
    expected_[key_of(delivery)] = delivery.title;
    bodies.push_back(body_of(delivery));
  }
  phase(sender_.send_all(std::move(bodies)), "sending");
}

void OneWorker::start_worker() {
  worker::Settings settings;
  settings.queue = Sender::kQueue;
  settings.table = Sender::kTable;
  settings.max_in_flight = kMaxInFlight;
  settings.stop_timeout = options_.stop_timeout;
  const aws::Target target = testkit::local_target();
  auto credentials = options_.credentials ? options_.credentials(process_.env()) : testkit::local_credentials();
  http::Transport& network = process_.transport();
  http::Transport& way = options_.way ? process_.keep(options_.way(network)) : network;
  worker::Service::Seams seams{process_.env(),          way,         target,
                               std::move(credentials),  "simulated", options_.memory_limit,
                               options_.task_protection};
  std::vector<worker::Consumer> consumers;
  consumers.push_back(worker::Consumer{settings, worker::make_handler(Deliver(gate_))});
  service_ = &process_.keep(std::make_unique<worker::Service>(std::move(seams), std::move(consumers)));
  status_.reset();
  simulation_.start(process_, work(process_));
}

Task<> OneWorker::work(testkit::Process&) { status_ = co_await service_->run(); }

void OneWorker::request_stop() {
  inside([this] { service_->request_stop("the end of the test"); });
}

void OneWorker::hurry() {
  inside([this] { service_->hurry(); });
}

void OneWorker::stop_worker() {
  request_stop();
  simulation_.run_while([this] { return !status_; }, simulation_.now() + 1min);
  if (status_ != 0) {
    problem("the worker did not stop with status 0");
  }
}

bool OneWorker::crash(const std::string& actor) {
  const unsigned& crashes = crashes_[actor];
  const unsigned& starts = starts_[actor];
  const unsigned before = crashes;
  while (crashes == before && !status_) {
    bool hit = false;
    bool tried = false;
    const unsigned started_before = starts;
    inside([&] {
      hit = service_->crash(actor);
      tried = true;
    });
    simulation_.run_while([&] { return !tried; });
    if (hit) {
      simulation_.run_while([&] { return crashes == before && !status_; });
    } else {
      simulation_.run_while([&] { return starts == started_before && !status_; });
    }
  }
  return crashes > before;
}

void OneWorker::run_steps(std::uint64_t count) {
  const std::uint64_t last = simulation_.steps() + count;
  simulation_.run_while([&] { return simulation_.steps() < last; });
}

void OneWorker::drain() {
  phase(sender_.wait_until_drained(), "draining the queue");
  simulation_.run_for(kRestartsEndWithin);
  if (!status_) {
    simulation_.run_while([this] { return service_->in_flight() > 0; }, simulation_.now() + 1min);
  }
}

void OneWorker::look() { phase(look_at_results(), "reading the results"); }

Task<> OneWorker::look_at_results() {
  const Sender::Contents found = co_await sender_.read_table();
  std::ranges::move(differences(expected_, found), std::back_inserter(problems_));
  const std::set<std::string> dead = co_await sender_.take_dead_letters();
  if (!dead.empty()) {
    problem(std::to_string(dead.size()) + " messages are dead letters; there should be none");
  }
}

std::map<std::string, unsigned> OneWorker::restarts() const {
  std::map<std::string, unsigned> counts;
  for (const runtime::ActorStatus& pipeline : service_->status().root.children) {
    counts[pipeline.name] = pipeline.restarts;
    for (const runtime::ActorStatus& actor : pipeline.children) {
      counts[actor.name] = actor.restarts;
    }
  }
  return counts;
}

}  // namespace ekiden::worker::test
