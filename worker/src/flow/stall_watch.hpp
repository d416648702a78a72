/// StallWatch: finds stalled pipelines, for the service's status and for the log.
#pragma once

#include <ekiden/runtime/env.hpp>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "flow/pipeline.hpp"

namespace ekiden::worker {

/// "news is stalled: 12 messages held, no progress for 130 s" for the first stalled pipeline; empty if there is none.
std::string who_is_stalled(const std::vector<std::unique_ptr<Pipeline>>& pipelines);

/// Logs the start and the end of each stall while it exists: a platform that replaces an unhealthy worker usually does
/// not say why. Logs nothing while `draining`, because a drain has its own deadline.
class StallWatch {
 public:
  StallWatch(runtime::Env env, const std::vector<std::unique_ptr<Pipeline>>& pipelines, const bool& draining)
      : env_(env), pipelines_(pipelines), draining_(draining) {
    arm();
  }

 private:
  void arm();
  void look();

  runtime::Env env_;
  const std::vector<std::unique_ptr<Pipeline>>& pipelines_;
  const bool& draining_;
  std::set<const Pipeline*> stalled_;  // Those logged as stalled. Never iterated: pointers have no stable order.
  runtime::Clock::Alarm alarm_;
};

}  // namespace ekiden::worker
