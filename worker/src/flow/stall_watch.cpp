#include "stall_watch.hpp"

#include <ekiden/worker/events.hpp>

#include <chrono>
#include <optional>

namespace ekiden::worker {

namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration kLookEvery = 5s;  // Short compared with the shortest --stall-timeout (1 min).

}  // namespace

std::string who_is_stalled(const std::vector<std::unique_ptr<Pipeline>>& pipelines) {
  for (const auto& pipeline : pipelines) {
    if (const auto still = pipeline->stalled_for()) {
      const std::size_t held = pipeline->in_flight();
      return pipeline->name() + " is stalled: " + std::to_string(held) + (held == 1 ? " message" : " messages") +
             " held, no progress for " + std::to_string(std::chrono::floor<std::chrono::seconds>(*still).count()) +
             " s";
    }
  }
  return {};
}

void StallWatch::arm() {
  alarm_ = env_.clock.call_at(env_.clock.now() + kLookEvery, [this] {
    look();
    arm();
  });
}

void StallWatch::look() {
  for (const auto& pipeline : pipelines_) {
    const std::string_view queue = pipeline->name();
    const std::optional<runtime::Duration> still = draining_ ? std::nullopt : pipeline->stalled_for();
    if (still && stalled_.insert(pipeline.get()).second) {
      env_.events.publish(events::kStalled, {queue, static_cast<std::int64_t>(pipeline->in_flight()),
                                             std::chrono::duration<double>(*still).count()});
    } else if (!still && stalled_.erase(pipeline.get()) > 0 && !draining_) {
      env_.events.publish(events::kMoving, {queue});
    }
  }
}

}  // namespace ekiden::worker
