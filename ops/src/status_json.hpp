/// /status.json: docs/status.md describes it.
#pragma once

#include <ekiden/ops/metrics.hpp>
#include <ekiden/runtime/control.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace ekiden::ops {

struct Identity {
  std::string_view name;
  std::string_view version;
  int pid = 0;
};

std::string status_json(const Identity& who, const runtime::Status& status, const std::vector<Reading>& readings);

}  // namespace ekiden::ops
