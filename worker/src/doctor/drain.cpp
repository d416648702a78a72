// Check of the drain's time against the time after which the platform kills the process.
#include <ekiden/base/quantity.hpp>

#include <algorithm>

#include "visit.hpp"

namespace ekiden::worker::doctor {
namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration kEcsDefault = 30s;   // Source: ECS Developer Guide, "stopTimeout".
constexpr runtime::Duration kFargateMax = 120s;  // The same source.
constexpr runtime::Duration kBudgetMin = 4s;  // Our own: with less, handlers that wait for a slow answer are cut off.

}  // namespace

void check_drain(const Visit& visit, const Settings& settings, Findings& findings) {
  constexpr std::string_view kName = "drain budget";
  const runtime::Duration stop = settings.stop_timeout;
  const runtime::Duration budget = settings.drain_budget();
  const std::string seconds = std::to_string(std::chrono::ceil<std::chrono::seconds>(stop).count());
  const std::string detail = "handlers get " + base::format_rounded(budget) + " to end (--stop-timeout " +
                             base::format_rounded(stop) + ", less " + base::format_rounded(Settings::kDrainReserve) +
                             ")";
  if (stop > kFargateMax && visit.around.on_fargate) {
    findings.fault(kName, detail + "; Fargate kills the task after 120 s at most",
                   "set --stop-timeout to 120s or less, and stopTimeout in the task definition to the same value");
  } else if (stop > kEcsDefault && (visit.around.on_ecs || !visit.seams.target.is_local)) {
    findings.warning(kName,
                     detail + "; ECS kills the task after 30 s unless the task definition sets stopTimeout" +
                         (stop > kFargateMax ? ", and Fargate after 120 s at most" : ""),
                     "check that stopTimeout is " + seconds +
                         " in the task definition (a task cannot read it), or set --stop-timeout to 30s");
  } else if (budget < kBudgetMin) {
    findings.warning(kName,
                     detail + (budget == 0s ? ": each deploy interrupts every running handler"
                                            : ": each deploy interrupts handlers that take longer"),
                     "set --stop-timeout to 30s, and the platform's stop timeout to the same value");
  } else {
    findings.ok(kName, detail);
  }
}

}  // namespace ekiden::worker::doctor
