#include <ekiden/runtime/deadline.hpp>
#include <ekiden/runtime/run_owning.hpp>
#include <ekiden/runtime/supervision_events.hpp>
#include <ekiden/runtime/supervisor.hpp>

#include <algorithm>

namespace ekiden::runtime {

// One child and its restarts.
struct Supervisor::Child {
  explicit Child(ChildSpec of) : spec(std::move(of)) {}

  ChildSpec spec;
  std::unique_ptr<Actor> actor;  // Kept until the restart, so that its status stays available.
  TaskGroup::Handle task;
  std::uint64_t life = 0;
  std::size_t index = 0;
  bool running = false;
  bool stopping = false;
  bool restarting = false;
  bool abandoned = false;  // Cancelled, and still running.
  unsigned restarts = 0;
  Condition ended;
};

namespace {

std::string message_of(const std::exception_ptr& error) {
  if (!error) {
    return "the actor returned";
  }
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& exception) {
    return exception.what();
  } catch (...) {
    return "an exception that is not a std::exception";
  }
}

// A coroutine of its own, so that an exception that run() throws synchronously is caught, too.
Task<> live(Actor& actor) { co_await actor.run(); }

}  // namespace

Supervisor::Supervisor(Env env, SupervisorOptions options, std::vector<ChildSpec> children)
    : Actor(env.clock), env_(env), options_(std::move(options)), tasks_(env.executor) {
  for (ChildSpec& spec : children) {
    children_.push_back(std::make_unique<Child>(std::move(spec)));
    children_.back()->index = children_.size() - 1;
  }
}

Supervisor::~Supervisor() = default;

Task<> Supervisor::run() {
  // On a cancellation or an escalation, too, every child must end before the supervisor.
  // A parent that loses patience cannot interrupt this: each wait in it has a limit.
  return run_owning(supervise(), [this] { return stop_all(); }, Shielding::kAlways);
}

Task<> Supervisor::stop_all() {
  stopping_ = true;
  co_await stop_from(0);
  if (!left_running()) {
    co_await tasks_.join();
  }
}

bool Supervisor::left_running() const {
  return std::ranges::any_of(abandoned_, [](const Abandoned& life) { return life.runs(); }) ||
         std::ranges::any_of(children_, [](const auto& child) {
           return child->abandoned || (child->actor && child->actor->left_running());
         });
}

Task<> Supervisor::supervise() {
  for (const auto& child : children_) {
    start(*child);
  }
  while (!stopping_ && any_left()) {
    if (exits_.empty()) {
      const Probe::Waiting waiting = probe().waiting("its children");
      co_await changed_.wait();
      continue;
    }
    Exit exit = std::move(exits_.front());
    exits_.pop_front();
    co_await handle(std::move(exit));
  }
}

void Supervisor::request_stop() noexcept {
  if (std::exchange(stopping_, true)) {
    for (const auto& child : children_) {
      if (child->stopping && child->running) {
        child->actor->request_stop();
      }
    }
  }
  changed_.notify_all();
}

bool Supervisor::any_left() const {
  return !exits_.empty() ||
         std::ranges::any_of(children_, [](const auto& child) { return child->running || child->restarting; });
}

void Supervisor::start(Child& child) {
  if (child.abandoned || (child.actor && child.actor->left_running())) {
    abandoned_.push_back({std::move(child.actor), child.task});
  }
  child.actor = child.spec.make();
  child.running = true;
  child.stopping = false;
  child.restarting = false;
  child.abandoned = false;
  const std::uint64_t life = ++child.life;
  env_.events.publish(events::kActorStarted, {std::string_view(child.spec.name)});
  auto on_end = [this, &child, life](std::exception_ptr error) {
    if (life != child.life) {
      return;  // An abandoned life.
    }
    child.running = false;
    child.abandoned = false;
    child.ended.notify_all();
    if (!child.stopping) {
      exits_.push_back(Exit{child.index, life, error});
      changed_.notify_all();
    }
  };
  child.task = tasks_.spawn(live(*child.actor), std::move(on_end));
}

Task<> Supervisor::end_of(Child& child) {
  while (child.running) {
    co_await child.ended.wait();
  }
}

// Waits for the end of a child that was asked to stop at `begun`.
Task<> Supervisor::finish(Child& child, TimePoint begun) {
  if (!child.running || child.abandoned) {
    co_return;
  }
  if (!child.spec.shutdown_grace) {
    co_await end_of(child);
  } else if (!co_await with_deadline(env_.clock, begun + *child.spec.shutdown_grace, end_of(child))) {
    env_.events.publish(events::kActorKilled, {std::string_view(child.spec.name)});
    child.task.cancel();
    if (!co_await with_deadline(env_.clock, options_.abandon_after, end_of(child))) {
      child.abandoned = true;
      env_.events.publish(events::kActorAbandoned,
                          {std::string_view(child.spec.name), child.actor->probe().waiting_on()});
      co_return;
    }
  }
  env_.events.publish(events::kActorStopped, {std::string_view(child.spec.name)});
}

// Stops children that stop together, the last one first.
Task<> Supervisor::stop_group(std::size_t first, std::size_t last) {
  const TimePoint begun = env_.clock.now();
  for (std::size_t i = last + 1; i-- > first;) {
    Child& child = *children_[i];
    child.restarting = false;
    if (child.running) {
      child.stopping = true;
      child.actor->request_stop();
    }
  }
  for (std::size_t i = last + 1; i-- > first;) {
    co_await finish(*children_[i], begun);
  }
}

Task<> Supervisor::stop_from(std::size_t first) {
  for (std::size_t end = children_.size(); end > first;) {
    std::size_t begin = end - 1;
    while (begin > first && children_[begin - 1]->spec.stops_with_next) {
      --begin;
    }
    co_await stop_group(begin, end - 1);
    end = begin;
  }
}

Task<> Supervisor::handle(Exit exit) {
  Child& child = *children_[exit.index];
  if (exit.life != child.life || child.running) {
    co_return;  // The exit of an instance that was already replaced.
  }
  const bool crashed = exit.error != nullptr;
  const std::string cause = message_of(exit.error);
  if (crashed) {
    env_.events.publish(events::kActorCrashed, {std::string_view(child.spec.name), std::string_view(cause)});
  }
  const bool again =
      child.spec.restart == Restart::kPermanent || (child.spec.restart == Restart::kTransient && crashed);
  if (again) {
    co_await restart_after(exit.index, cause);
  }
}

Duration Supervisor::next_delay() {
  return options_.backoff.delay(env_.random, static_cast<unsigned>(recent_restarts_.size()) - 1);
}

Task<> Supervisor::restart_after(std::size_t index, const std::string& cause) {
  const TimePoint now = env_.clock.now();
  recent_restarts_.push_back(now);
  while (now - recent_restarts_.front() > options_.intensity.window) {
    recent_restarts_.pop_front();
  }
  Child& child = *children_[index];
  if (recent_restarts_.size() > options_.intensity.restarts) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.intensity.window).count();
    const std::string why = options_.name + " gives up: more than " + std::to_string(options_.intensity.restarts) +
                            " restarts in " + std::to_string(seconds) + " s, the last one of " + child.spec.name +
                            "; last error: " + cause;
    env_.events.publish(events::kEscalated, {std::string_view(options_.name), std::string_view(why)});
    throw Escalation(why);
  }
  std::size_t first = index;
  std::size_t last = index;
  if (options_.strategy != Strategy::kOneForOne) {
    first = options_.strategy == Strategy::kOneForAll ? 0 : index;
    last = children_.size() - 1;
    co_await stop_from(first);
  }
  for (std::size_t i = first; i <= last; ++i) {
    children_[i]->restarting = i == index || children_[i]->spec.restart != Restart::kTemporary;
  }
  const Duration delay = next_delay();
  {
    // request_stop() must not wait for the backoff.
    auto until_stopping = [](Supervisor& self) -> Task<> {
      while (!self.stopping_) {
        co_await self.changed_.wait();
      }
    };
    const Probe::Waiting waiting = probe().waiting("restart back-off");
    Task<> stop_request = until_stopping(*this);
    co_await with_deadline(env_.clock, delay, std::move(stop_request));
  }
  for (std::size_t i = first; i <= last && !stopping_; ++i) {
    if (children_[i]->restarting) {
      ++children_[i]->restarts;
      const double seconds = std::chrono::duration<double>(delay).count();
      env_.events.publish(events::kActorRestarted,
                          {std::string_view(children_[i]->spec.name), seconds, std::string_view(cause)});
      start(*children_[i]);
    }
  }
}

ActorStatus Supervisor::status() const {
  ActorStatus status;
  status.name = options_.name;
  status.state = stopping_ ? "stopping" : "running";
  describe(status);
  return status;
}

void Supervisor::describe(ActorStatus& status) const {
  const TimePoint now = env_.clock.now();
  for (const auto& child : children_) {
    ActorStatus one;
    one.name = child->spec.name;
    one.state = child->abandoned                    ? "abandoned"
                : child->stopping && child->running ? "stopping"
                : child->running                    ? "running"
                : child->restarting                 ? "restarting"
                                                    : "stopped";
    one.restarts = child->restarts;
    if (child->actor) {
      const Probe& probe = child->actor->probe();
      one.waiting_on = std::string(probe.waiting_on());
      one.waiting_for = now - probe.since();
      one.since_progress = now - probe.last_progress();
      one.progress = probe.progress_count();
      child->actor->describe(one);
    }
    status.children.push_back(std::move(one));
  }
}

bool Supervisor::crash(const std::string& name) {
  for (const auto& child : children_) {
    if (child->spec.name == name && child->running) {
      child->task.cancel();
      return true;
    }
    if (auto* nested = dynamic_cast<Supervisor*>(child->actor.get()); nested != nullptr && nested->crash(name)) {
      return true;
    }
  }
  return false;
}

std::vector<std::string> Supervisor::abandoned() const {
  std::vector<std::string> names;
  for (const auto& child : children_) {
    if (child->abandoned) {
      names.push_back(child->spec.name);
    }
    if (const auto* nested = dynamic_cast<const Supervisor*>(child->actor.get())) {
      for (const std::string& name : nested->abandoned()) {
        names.push_back(child->spec.name + "/" + name);
      }
    }
  }
  return names;
}

}  // namespace ekiden::runtime
