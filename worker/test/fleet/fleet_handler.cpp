#include "fleet_handler.hpp"

#include <ekiden/runtime/simulated/loop.hpp>
#include <ekiden/worker/outcome.hpp>

#include <stdexcept>

namespace ekiden::worker::test {

using namespace std::chrono_literals;

namespace {

class Running {
 public:
  Running(FleetChecker& checker, const std::string& process, const std::string& id)
      : checker_(checker), process_(process), id_(id) {
    checker_.handler_began(process_, id_);
  }
  ~Running() { checker_.handler_ended(process_, id_); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  FleetChecker& checker_;
  std::string process_;
  std::string id_;
};

}  // namespace

Task<> FleetHandler::operator()(Delivery delivery, Context context) const {
  const Running running(*checker_, process_, context.message().id);
  runtime::Random& random = context.random();
  const double luck = random.uniform();
  if (luck < 0.03) {
    co_await context.clock().sleep_for(25s);  // Its lease must be extended.
  } else if (luck < 0.06) {
    const runtime::Duration time = random.between(0, 60'000) * 1ms;  // Longer than most stop timeouts.
    co_await context.offload([time] { runtime::SimulatedOffload::take(time); });
  } else {
    co_await context.clock().sleep_for(std::chrono::milliseconds(random.below(100)));
  }
  if (random.chance(0.05) && (!fails_once_ || context.message().receive_count == 1)) {
    throw std::runtime_error("a bad day");
  }
  if (delivery.title == kForbidden) {
    throw Outcome::reject("forbidden");
  }
  co_await context.table().put(delivery);
}

}  // namespace ekiden::worker::test
