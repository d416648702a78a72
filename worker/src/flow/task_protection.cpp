#include "task_protection.hpp"

#include <ekiden/runtime/deadline.hpp>
#include <ekiden/worker/events.hpp>

#include <algorithm>
#include <utility>

namespace ekiden::worker {

namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration kLookEvery = 1s;
constexpr std::chrono::minutes kStep{5};          // The longest that a dead worker's task stays protected.
constexpr runtime::Duration kRenewBefore = 2min;  // Room for an agent that fails for a while.
constexpr runtime::Duration kAnswerMargin = 10s;  // ECS counts from its answer, not from our question.
constexpr runtime::Duration kRetryPause = 10s;    // The agent's rate is shared with credentials and metadata.
constexpr runtime::Duration kGap = 60s;           // ECS tries a blocked stop again within it.
constexpr runtime::Duration kLastPatience = 2s;   // The platform kills soon; protection ends by itself.

double seconds(runtime::Duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

TaskProtection::TaskProtection(runtime::Env env, http::Transport& transport, TaskProtectionOptions options,
                               runtime::Duration budget, const std::vector<std::unique_ptr<Pipeline>>& pipelines)
    : env_(env),
      agent_(env, transport, options.agent),
      options_(std::move(options)),
      budget_(budget),
      pipelines_(pipelines),
      expires_(env.clock.now()),
      next_try_(env.clock.now()),
      free_since_(env.clock.now()) {
  for (const auto& pipeline : pipelines_) {
    pipeline->watch_handlers();
  }
}

Task<> TaskProtection::run() {
  if (options_.agent.empty()) {
    tell(std::string(aws::kEcsAgentUri) + " is not set: this is no task of Amazon ECS, and nobody is to be asked");
    co_return;
  }
  for (;;) {
    co_await look();
    co_await env_.clock.sleep_for(kLookEvery);
  }
}

Task<> TaskProtection::look() {
  const runtime::TimePoint now = env_.clock.now();
  if (is_long(now) && held(now) < options_.max) {
    co_await hold(now);
  } else if (in_force()) {
    co_await release(now);
  }
  open_or_close(env_.clock.now());
}

Task<> TaskProtection::hold(runtime::TimePoint now) {
  if (now < next_try_ || now + kRenewBefore < expires_) {
    co_return;
  }
  const runtime::TimePoint last = held_since_.value_or(now) + options_.max - kAnswerMargin;
  const auto step = std::min(kStep, std::chrono::floor<std::chrono::minutes>(last - now));
  if (step < 1min || now + step <= expires_) {
    co_return;  // What is held now ends with the maximum, and there is no more.
  }
  std::string fault = co_await agent_.protect(step);
  if (!fault.empty()) {
    next_try_ = env_.clock.now() + kRetryPause;
    tell(std::move(fault));
    co_return;
  }
  told_fault_.clear();
  expires_ = env_.clock.now() + step;
  if (!held_since_) {
    held_since_ = now;
  }
  free_since_.reset();
  if (!std::exchange(told_held_, true)) {
    env_.events.publish(events::kProtected, {seconds(now - oldest().value_or(now))});
  }
}

Task<> TaskProtection::release(runtime::TimePoint now) {
  if (now < next_try_) {
    co_return;
  }
  std::string fault = co_await agent_.release();
  if (!fault.empty()) {
    next_try_ = env_.clock.now() + kRetryPause;
    tell(std::move(fault));  // It ends by itself.
    co_return;
  }
  told_fault_.clear();
  expires_ = env_.clock.now();
}

void TaskProtection::open_or_close(runtime::TimePoint now) {
  if (!in_force() && std::exchange(told_held_, false)) {
    env_.events.publish(events::kUnprotected, {seconds(held(now))});
  }
  const bool is_free = !in_force() && (!paused_ || in_flight() == 0);
  if (!is_free) {
    free_since_.reset();
  } else if (!free_since_) {
    free_since_ = now;
  }
  if (free_since_ && now - *free_since_ >= kGap) {
    held_since_.reset();
    set_paused(false);
  } else if (held_since_ && held(now) >= options_.max / 2) {
    set_paused(true);
  }
}

void TaskProtection::set_paused(bool paused) {
  if (std::exchange(paused_, paused) == paused) {
    return;
  }
  for (const auto& pipeline : pipelines_) {
    pipeline->pause_receives(paused);
  }
  env_.events.publish(paused ? events::kReceivesPaused : events::kReceivesResumed,
                      {std::string_view("task protection")});
}

Task<> TaskProtection::release_at_the_end() {
  if (!in_force()) {
    co_return;
  }
  Task<std::string> releasing = agent_.release();
  const std::optional<std::string> fault =
      co_await runtime::with_deadline(env_.clock, kLastPatience, std::move(releasing));
  if (!fault || !fault->empty()) {
    tell(fault.value_or("the ECS agent: no answer at the end of the drain; the protection ends by itself"));
    co_return;
  }
  expires_ = env_.clock.now();
  open_or_close(expires_);
}

void TaskProtection::tell(std::string fault) {
  if (fault != told_fault_) {
    env_.events.publish(events::kProtectionFailed, {std::string_view(fault)});
    told_fault_ = std::move(fault);
  }
}

std::optional<runtime::TimePoint> TaskProtection::oldest() const {
  std::optional<runtime::TimePoint> oldest;
  for (const auto& pipeline : pipelines_) {
    const std::optional<runtime::TimePoint> begun = pipeline->oldest_handler();
    oldest = !oldest || (begun && *begun < *oldest) ? begun : oldest;
  }
  return oldest;
}

bool TaskProtection::is_long(runtime::TimePoint now) const {
  const std::optional<runtime::TimePoint> begun = oldest();
  return begun && now - *begun > budget_;
}

std::size_t TaskProtection::in_flight() const {
  std::size_t count = 0;
  for (const auto& pipeline : pipelines_) {
    count += pipeline->in_flight();
  }
  return count;
}

runtime::Duration TaskProtection::held(runtime::TimePoint now) const {
  return held_since_ ? now - *held_since_ : runtime::Duration::zero();
}

}  // namespace ekiden::worker
