// The accidents of the fleet, and what a platform does about them.
#include <algorithm>
#include <utility>

#include "fleet.hpp"

namespace ekiden::worker::test {

using namespace std::chrono_literals;

// A worker that cannot hear the server can have two receives open, and both can be given the same message. A suspended
// worker holds messages, and its open receive gets others.
const std::array<Fleet::Accident, 15> Fleet::kAccidents{{
    {.weight = 22, .receives = 1, .act = &Fleet::crash_worker},
    {.weight = 18, .receives = 1, .act = &Fleet::crash_actor},
    {.weight = 8, .receives = 1, .act = &Fleet::crash_server},
    {.weight = 7, .receives = 1, .act = &Fleet::cut_power},
    {.weight = 11, .receives = 1, .act = &Fleet::cut_power_later},
    {.weight = 8, .receives = 2, .act = &Fleet::partition_worker},
    {.weight = 8, .receives = 2, .act = &Fleet::silence_worker},
    {.weight = 6, .receives = 2, .act = &Fleet::lose_connections},
    {.weight = 6, .receives = 1, .act = &Fleet::slow_worker},
    {.weight = 8, .receives = 2, .act = &Fleet::suspend_worker},
    {.weight = 3, .receives = 2, .act = &Fleet::suspend_server},
    {.weight = 14, .receives = 1, .act = &Fleet::stop_worker},
    {.weight = 6, .receives = 1, .act = &Fleet::redeliver},
    {.weight = 5, .receives = 1, .act = &Fleet::hand_out_again},
    {.weight = 7, .receives = 1, .act = &Fleet::step_clock},
}};

const Fleet::Accident& Fleet::draw_accident(runtime::Random& random) {
  std::uint64_t sum = 0;
  for (const Accident& each : kAccidents) {
    sum += each.weight;
  }
  std::uint64_t left = random.below(sum);
  const auto* found = kAccidents.begin();
  while (left >= found->weight) {
    left -= found->weight;
    ++found;
  }
  return *found;
}

void Fleet::inside(Worker& worker, std::function<void(Worker&)> act) {
  auto task = [](Worker& in, std::function<void(Worker&)> what) -> Task<> {
    what(in);
    co_return;
  };
  if (worker.service != nullptr) {  // A task in a process that is down would keep it from its restart.
    simulation_.start(*worker.process, task(worker, std::move(act)));
  }
}

void Fleet::end_within(runtime::Duration longest, std::function<void()> end) {
  const runtime::Duration time(simulation_.random().between(0, longest.count()));
  quiet_at_ = std::max(quiet_at_, simulation_.now() + time);
  simulation_.after(time, std::move(end));
}

testkit::Process& Fleet::any_process() { return simulation_.random().chance(0.2) ? server_ : *any_worker().process; }

// A crashed process is restarted, as a platform does.
void Fleet::crashed(testkit::Process& process) {
  for (Worker& worker : workers_) {
    if (worker.process == &process) {
      worker.service = nullptr;
      worker.stop_by.reset();
      worker.suspended_at.reset();
    }
  }
  if (stopping_ && &process != &server_) {
    return;
  }
  simulation_.after(simulation_.random().between(0, 3'000) * 1ms, [this, &process] {
    if (!process.running()) {  // Another crash can have restarted it already.
      simulation_.restart(process);
    }
  });
}

void Fleet::crash_worker() { simulation_.crash(*any_worker().process); }

void Fleet::crash_actor() {
  static constexpr std::array<const char*, 4> kActors{"leases", "writer", "processor", "receiver"};
  const char* const actor = kActors[simulation_.random().below(kActors.size())];
  // Inside the process: a cancellation from outside could meet a task that has ended but is not joined yet.
  inside(any_worker(), [actor](Worker& worker) {
    if (worker.service != nullptr) {
      worker.service->crash(actor);
    }
  });
}

void Fleet::crash_server() { simulation_.crash(server_); }

void Fleet::cut_power() { simulation_.power_loss(server_); }

void Fleet::cut_power_later() { simulation_.power_loss_after(server_, 1 + simulation_.random().below(60)); }

void Fleet::partition_worker() {
  testkit::Process& process = *any_worker().process;
  simulation_.network().set_partitioned(process, true);
  end_within(12s, [this, &process] { simulation_.network().set_partitioned(process, false); });
}

void Fleet::silence_worker() {
  testkit::Process& process = *any_worker().process;
  simulation_.network().set_silent(process, true);
  end_within(40s, [this, &process] { simulation_.network().set_silent(process, false); });
}

void Fleet::lose_connections() { simulation_.network().lose_connections(any_process()); }

void Fleet::slow_worker() {
  testkit::Process& process = *any_worker().process;
  simulation_.network().set_speed(process, 4'000 + simulation_.random().below(40'000));
  end_within(30s, [this, &process] { simulation_.network().set_speed(process, 0); });
}

void Fleet::suspend_worker() {
  Worker& worker = any_worker();
  if (worker.suspended_at || worker.service == nullptr) {
    return;
  }
  worker.suspended_at = simulation_.now();
  simulation_.suspend(*worker.process);
  end_within(30s, [this, &worker] { resume_worker(worker); });
}

// The stop timeout does not count while the process is suspended.
void Fleet::resume_worker(Worker& worker) {
  if (!worker.suspended_at) {
    return;  // It was killed meanwhile.
  }
  const runtime::TimePoint since = *worker.suspended_at;
  worker.suspended_at.reset();
  simulation_.resume(*worker.process);
  if (worker.stop_by) {
    *worker.stop_by += simulation_.now() - since;
    expect_end(worker);
  }
}

void Fleet::suspend_server() {
  simulation_.suspend(server_);
  end_within(8s, [this] { simulation_.resume(server_); });
}

void Fleet::stop_worker() {
  Worker& worker = any_worker();
  inside(worker, [this](Worker& in) { request_stop(in, "a deployment"); });
  if (simulation_.random().chance(0.3)) {
    end_within(5s, [this, &worker] {
      inside(worker, [](Worker& in) {
        if (in.service != nullptr) {
          in.service->hurry();
        }
      });
    });
  }
}

void Fleet::request_stop(Worker& worker, std::string_view why) {
  if (worker.service == nullptr || worker.stop_by) {
    return;
  }
  worker.service->request_stop(why);
  worker.stop_by = simulation_.now() + worker.stop_timeout;
  expect_end(worker);
}

// Checks at the end of the stop timeout that the service has ended.
void Fleet::expect_end(Worker& worker) {
  quiet_at_ = std::max(quiet_at_, *worker.stop_by);
  simulation_.at(*worker.stop_by, [this, &worker, start = worker.starts] {
    const bool ended = worker.starts != start || !worker.stop_by;
    if (!ended && !worker.suspended_at && simulation_.now() >= *worker.stop_by) {
      problem(worker.process->name() + " did not end within its stop timeout of " +
              std::to_string(worker.stop_timeout / 1s) + " s");
    }
  });
}

void Fleet::redeliver() {
  std::string handle =
      checker_.held_handle([&random = simulation_.random()](std::uint64_t count) { return random.below(count); });
  if (!handle.empty()) {
    simulation_.start(simulation_.process("sender"), sender_.make_visible(std::move(handle)));
  }
}

void Fleet::hand_out_again() { front_.hand_out_again(); }

void Fleet::step_clock() {
  runtime::Random& random = simulation_.random();
  const runtime::Duration step = random.between(10, 120) * (random.chance(0.5) ? 1min : -1min);
  testkit::Process& process = any_process();
  process.step_clock(step);
  for (Worker& worker : workers_) {
    worker.clock_steps += &process == &server_ || worker.process == &process ? 1 : 0;
  }
}

}  // namespace ekiden::worker::test
