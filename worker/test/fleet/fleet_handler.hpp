/// FleetHandler: the handler of the fleet's workers: sometimes slow, sometimes deaf to its cancellation, sometimes
/// failing.
#pragma once

#include <ekiden/worker/handler.hpp>

#include <string>

#include "delivery.hpp"
#include "fleet_checker.hpp"

namespace ekiden::worker::test {

class FleetHandler {
 public:
  /// `fails_once`: a message fails only at its first receive, so that the test knows how many receives failures cost.
  FleetHandler(FleetChecker& checker, std::string process, bool fails_once)
      : checker_(&checker), process_(std::move(process)), fails_once_(fails_once) {}

  Task<> operator()(Delivery delivery, Context context) const;

 private:
  FleetChecker* checker_;
  std::string process_;
  bool fails_once_;
};

}  // namespace ekiden::worker::test
