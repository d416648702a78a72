#include "vitals/block_watch.hpp"

#include <ekiden/worker/events.hpp>

namespace ekiden::worker {
namespace {

constexpr std::string_view kAdvice =
    "no lease is extended and no check is answered meanwhile: co_await instead of waiting, and run blocking code in "
    "context.offload";

}  // namespace

void BlockWatch::arm() {
  armed_ = true;
  due_ = alive_ + kBeat;
  alarm_ = clock_.call_at(due_, [this] {
    check(last_, {}, clock_.now());
    armed_ = false;
    if (running_ > 0) {
      arm();
    }
  });
}

void BlockWatch::check(std::string_view queue, std::string_view message, runtime::TimePoint now) {
  const runtime::Duration blocked = now - alive_;
  if (armed_ && now >= due_ && blocked >= kLimit) {
    events_.publish(events::kHandlerBlocked, {queue, message, std::chrono::duration<double>(blocked).count(), kAdvice});
  }
  alive_ = now;
}

}  // namespace ekiden::worker
