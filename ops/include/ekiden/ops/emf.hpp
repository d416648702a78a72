/// EmfReporter: CloudWatch metrics written to the log stream (Embedded Metric Format, EMF).
#pragma once

#include <ekiden/base/outlet.hpp>
#include <ekiden/ops/metrics.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/control.hpp>
#include <ekiden/runtime/env.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::ops {

struct EmfOptions {
  struct Queue {
    std::string name;   ///< The value of the dimension Queue.
    std::string table;  ///< The table whose throttles count for this queue. Empty: none.
  };
  std::string service;    ///< The value of the dimension Service.
  std::string version{};  ///< A property, which can be searched for, not a dimension. Empty: left out.
  std::string task_id{};  ///< As version.
  std::vector<Queue> queues{};
  int descriptor = 2;  ///< The file descriptor that lines are written to. The caller owns it.
};

/// One metric of the CloudWatch namespace Ekiden. docs/metrics.md lists them.
struct EmfMetric {
  std::string_view name;
  std::string_view unit;  ///< A unit of CloudWatch: "Count", "Seconds", "Megabytes".
};

/// All metrics that a line can have, in the line's order. At most 20, because CloudWatch charges for each per month.
std::span<const EmfMetric> emf_metrics();

/// Makes the lines: for each queue one JSON object in CloudWatch's Embedded Metric Format, with a line end. A counter's
/// value is its increase since the last call of next(). A time's values are percentiles of the observations since the
/// last call; without observations it is left out. Metrics of the process (restarts, memory) are only in the first
/// queue's line, so that a sum over queues counts them once.
///
/// The only dimensions are Service and Queue. The task's id is a property: as a dimension, every task that ever ran
/// would become a metric of its own, and cost as much.
/// Source: CloudWatch User Guide, "Specification: Embedded metric format".
class EmfLines {
 public:
  static constexpr std::string_view kNamespace = "Ekiden";
  /// Bytes. A write of this size to a pipe is atomic (PIPE_BUF); container runtimes split lines at 16 KiB. A longer
  /// line is left out.
  static constexpr std::size_t kLineMax = 4096;

  explicit EmfLines(EmfOptions options) : options_(std::move(options)) {}

  std::vector<std::string> next(const std::vector<Reading>& readings, runtime::WallTime now);

 private:
  class Line;
  /// The values of one series at the last call.
  struct Reported {
    double value = 0;
    std::vector<CumulativeBucket> buckets{};
  };
  double added(const Reading& reading);
  void add_buckets(const Reading& reading, std::vector<CumulativeBucket>& sum);

  EmfOptions options_;
  std::map<std::string, Reported> reported_{};
};

/// Writes the lines every minute after its construction, and once more at finish(): otherwise the last minute of each
/// task would be lost. Each line is one write(2). Writing never waits for the reader: see base::Outlet. The arguments
/// of the constructor must outlive it.
class EmfReporter {
 public:
  static constexpr runtime::Duration kPeriod = std::chrono::seconds(60);

  EmfReporter(runtime::Env env, const runtime::Control& control, Metrics& metrics, EmfOptions options);

  /// Writes the last lines and stops.
  void finish();

 private:
  void arm();
  void report();

  runtime::Env env_;
  const runtime::Control& control_;
  Metrics& metrics_;
  std::shared_ptr<base::Outlet> outlet_;
  EmfLines lines_;
  runtime::TimePoint next_;
  runtime::Clock::Alarm alarm_;
};

}  // namespace ekiden::ops
