/// StallWatch: the stalls of a service's pipelines, for its status and for the log.
#pragma once

#include <ekiden/runtime/env.hpp>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "flow/pipeline.hpp"

namespace ekiden::worker {

/// "news is stalled: 12 messages held, none has moved for 130 s", of the first pipeline that is; else empty.
std::string who_is_stalled(const std::vector<std::unique_ptr<Pipeline>>& pipelines);

/// Tells the log, as long as it lives, of each stall once, and when it is over: whoever ends an unhealthy worker seldom
/// says why. While `draining` it tells nothing, for a drain has its own deadline.
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
  std::set<const Pipeline*> stalled_;  // As told. Looked up only.
  runtime::Clock::Alarm alarm_;
};

}  // namespace ekiden::worker
