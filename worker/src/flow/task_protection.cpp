#include "task_protection.hpp"

#include <ekiden/runtime/deadline.hpp>
#include <ekiden/worker/events.hpp>

#include <algorithm>
#include <utility>

namespace ekiden::worker {

namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration kLookEvery = 1s;
constexpr std::chrono::minutes kStep{5};          // A dead worker's task stays protected for no longer.
constexpr runtime::Duration kRenewBefore = 2min;  // Leaves time for retries while the agent fails.
constexpr runtime::Duration kAnswerMargin = 10s;  // ECS counts from its answer, not from our request.
constexpr runtime::Duration kRetryPause = 10s;    // The agent's rate limit also covers credentials and metadata.
constexpr runtime::Duration kGap = 60s;           // ECS retries a blocked stop within this time.

double seconds(runtime::Duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

TaskProtection::TaskProtection(runtime::Env env, http::Transport& transport, TaskProtectionOptions options,
                               runtime::Duration budget, const std::vector<std::unique_ptr<Pipeline>>& pipelines)
    : env_(env),
      agent_(transport, options.agent),
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
    log_failure(
        std::string(aws::kEcsAgentUri) +
        " is not set, so task protection is off: this is not an Amazon ECS task, or its agent is too old; remove "
        "--task-protection auto, or update the ECS agent");
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
    co_return;  // The present protection lasts until the maximum; it must not be extended beyond.
  }
  std::string fault = co_await agent_.protect(step);
  if (!fault.empty()) {
    next_try_ = env_.clock.now() + kRetryPause;
    log_failure(std::move(fault));
    co_return;
  }
  logged_fault_.clear();
  expires_ = env_.clock.now() + step;
  if (!held_since_) {
    held_since_ = now;
  }
  free_since_.reset();
  if (!std::exchange(logged_held_, true)) {
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
    log_failure(std::move(fault));  // The protection expires by itself.
    co_return;
  }
  logged_fault_.clear();
  expires_ = env_.clock.now();
}

void TaskProtection::open_or_close(runtime::TimePoint now) {
  if (!in_force() && std::exchange(logged_held_, false)) {
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
      co_await runtime::with_deadline(env_.clock, kProtectionGrace, std::move(releasing));
  if (!fault || !fault->empty()) {
    log_failure(fault.value_or("the ECS agent: no answer at the end of the drain; the protection expires by itself"));
    co_return;
  }
  expires_ = env_.clock.now();
  open_or_close(expires_);
}

void TaskProtection::log_failure(std::string fault) {
  if (fault != logged_fault_) {
    env_.events.publish(events::kProtectionFailed, {std::string_view(fault)});
    logged_fault_ = std::move(fault);
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
