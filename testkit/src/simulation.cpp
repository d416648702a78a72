#include <ekiden/base/assert.hpp>
#include <ekiden/testkit/simulation.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "process_life.hpp"

namespace ekiden::testkit {

namespace {

// The limits, in virtual time and in steps, within which the tasks of a crashed process must unwind.
constexpr std::chrono::hours kUnwindTimeMax{1};
constexpr std::uint64_t kUnwindStepsMax = 1'000'000;

}  // namespace

Simulation::Simulation(std::uint64_t seed)
    : seed_(seed),
      root_(seed),
      scenario_(root_.fork("scenario")),
      scheduling_(root_.fork("scheduling")),
      network_(std::make_unique<SimNetwork>(wire_, root_.fork("network"), trace_)) {}

Simulation::~Simulation() {
  while (!processes_.empty()) {
    Process& process = *processes_.back();
    end_life(process, false);
    processes_.pop_back();
  }
}

Process& Simulation::process(std::string_view name, ProcessOptions options) {
  const auto found = std::ranges::find_if(processes_, [name](const auto& process) { return process->name() == name; });
  if (found != processes_.end()) {
    return **found;
  }
  processes_.push_back(std::make_unique<Process>(*this, processes_.size(), std::string(name), options));
  subscribe_trace(*processes_.back());
  return *processes_.back();
}

void Simulation::subscribe_trace(Process& process) {
  process.on_event([this, &process](const runtime::Event& event) {
    trace_.feed(static_cast<std::uint64_t>(process.index()));
    trace_.feed(event);
    if (trace_.verbose()) {
      trace_.print(now(), process.name(), Trace::text(event));
    }
  });
}

void Simulation::start(Process& process, Task<> task) {
  Process::Life& life = process.life();
  auto on_end = [&life](std::exception_ptr error) {
    if (error && !life.dead && !life.failure) {
      life.failure = error;
    }
  };
  life.ready = true;
  life.tasks.spawn(std::move(task), std::move(on_end));
}

void Simulation::start(Process& process, Process::Main main) {
  process.main_ = std::move(main);
  restart(process);
}

void Simulation::restart(Process& process) {
  EKIDEN_ASSERT(process.main_ != nullptr);
  trace_.feed("started");
  if (trace_.verbose()) {
    trace_.print(now(), process.name(), "started");
  }
  start(process, process.main_(process));
}

void Simulation::crash(Process& process) {
  endings_.push_back(Ending{&process, false});
  if (current_ == nullptr) {
    end_pending_lives();
  }
}

void Simulation::power_loss(Process& process) {
  endings_.push_back(Ending{&process, true});
  if (current_ == nullptr) {
    end_pending_lives();
  }
}

void Simulation::power_loss_after(Process& process, std::uint64_t operations) {
  process.disk().cut_after(operations, [this, &process] { endings_.push_back(Ending{&process, true}); });
}

void Simulation::suspend(Process& process) {
  process.life().suspended = true;
  trace_.feed("suspended");
  if (trace_.verbose()) {
    trace_.print(now(), process.name(), "suspended");
  }
}

void Simulation::resume(Process& process) {
  process.life().suspended = false;
  process.life().ready = true;
  trace_.feed("resumed");
  if (trace_.verbose()) {
    trace_.print(now(), process.name(), "resumed");
  }
}

void Simulation::end_pending_lives() {
  while (!endings_.empty()) {
    const Ending ending = endings_.front();
    endings_.erase(endings_.begin());
    end_life(*ending.process, ending.power_lost);
    ending.process->begin_life();
    if (on_crash_) {
      on_crash_(*ending.process);
    }
  }
}

void Simulation::end_life(Process& process, bool power_lost) {
  trace_.feed(power_lost ? "power lost" : "crashed");
  trace_.feed(static_cast<std::uint64_t>(process.index()));
  if (trace_.verbose()) {
    trace_.print(now(), process.name(), power_lost ? "power lost" : "crashed");
  }
  Process::Life& life = *process.life_;
  life.dead = true;
  network_->cut_off(process);
  if (process.disk_) {
    process.disk_->crash();
    if (power_lost) {
      runtime::Random random = root_.fork("power loss " + process.name() + "/" + std::to_string(process.crashes_));
      process.disk_->power_loss(random);
    }
  }
  unwind(life);
  {
    const base::CrashScope crash;
    life.clock.drop_all();
    process.life_.reset();
  }
  ++process.crashes_;
  if (process.disk_) {
    process.disk_->mount();
  }
}

// There is no safe order in which to destroy suspended tasks: a task's frame refers to objects in other frames, and a
// frame that waits on its own condition is a cycle that nothing frees. So the tasks are cancelled and run to their end.
void Simulation::unwind(Process::Life& life) {
  life.enqueue([&life] { life.tasks.cancel(); });
  const runtime::TimePoint limit = now() + kUnwindTimeMax;
  std::optional<runtime::TimePoint> next;
  for (std::uint64_t steps = 0; steps < kUnwindStepsMax; ++steps) {
    if (life.step()) {
      continue;
    }
    next = life.clock.next_expiry();
    if (!next || *next > limit) {
      break;
    }
    life.time.now = std::max(life.time.now, *next);
    life.clock.fire();
  }
  unclean_crashes_ += life.tasks.size() == 0 && !next ? 0U : 1U;
}

void Simulation::at(runtime::TimePoint when, std::function<void()> action) {
  std::erase_if(actions_, [](const runtime::Clock::Alarm& alarm) { return !alarm.armed(); });
  actions_.push_back(wire_.call_at(when, std::move(action)));
}

bool Simulation::step(std::optional<runtime::TimePoint> limit) {
  end_pending_lives();
  throw_failure();
  return step_a_process() || advance(limit);
}

bool Simulation::step_a_process() {
  const std::size_t count = processes_.size();
  const std::size_t first = scheduling_.below(count);
  for (std::size_t i = 0; i < count; ++i) {
    Process& process = *processes_[(first + i) % count];
    Process::Life& life = process.life();
    if (!life.ready || life.suspended) {
      continue;
    }
    current_ = &process;
    life.ready = life.step();
    current_ = nullptr;
    if (life.ready) {
      ++steps_;
      trace_.feed(static_cast<std::uint64_t>(process.index()));
      return true;
    }
  }
  return false;
}

bool Simulation::advance(std::optional<runtime::TimePoint> limit) {
  runtime::SimulatedClock* earliest = &wire_;
  std::optional<runtime::TimePoint> next = wire_.next_expiry();
  for (const auto& process : processes_) {
    const auto expiry = process->life().clock.next_expiry();
    if (expiry && !process->life().suspended && (!next || *expiry < *next)) {
      next = expiry;
      earliest = &process->life().clock;
    }
  }
  if (!next || (limit && *next > *limit)) {
    return false;
  }
  time_.now = std::max(time_.now, *next);
  trace_.feed(time_.now);
  for (const auto& process : processes_) {
    process->life().time.now = time_.now;
    process->life().ready = true;  // The timer can make any of them ready.
  }
  earliest->fire();
  return true;
}

void Simulation::throw_failure() {
  for (const auto& process : processes_) {
    if (const std::exception_ptr failure = std::exchange(process->life().failure, nullptr)) {
      std::rethrow_exception(failure);
    }
  }
}

void Simulation::run_until(runtime::TimePoint limit) {
  while (step(limit)) {
  }
  skip(std::max(time_.now, limit) - time_.now);
}

void Simulation::skip(runtime::Duration time) {
  time_.now += time;
  for (const auto& process : processes_) {
    process->life().time.now = time_.now;
  }
}

bool Simulation::run_while(const std::function<bool()>& wanted, std::optional<runtime::TimePoint> limit) {
  while (wanted()) {
    if (!step(limit)) {
      return false;
    }
  }
  return true;
}

void Simulation::run(Process& process, Task<> task) {
  bool ended = false;
  auto mark = [](Task<> inner, bool& done) -> Task<> {
    co_await std::move(inner);
    done = true;
  };
  start(process, mark(std::move(task), ended));
  finish(run_while([&ended] { return !ended; }));
}

void Simulation::finish(bool ended) {
  if (!ended) {
    throw std::logic_error(
        "nothing is left to run, but the task has not ended: it waits for an event that never comes");
  }
}

}  // namespace ekiden::testkit
