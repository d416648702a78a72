/// Emf: metrics through the log stream, for CloudWatch.
#pragma once

#include <ekiden/ops/metrics.hpp>
#include <ekiden/runtime/clock.hpp>
#include <ekiden/runtime/control.hpp>
#include <ekiden/runtime/env.hpp>

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::ops {

struct EmfOptions {
  struct Queue {
    std::string name;   ///< The dimension Queue.
    std::string table;  ///< Whose throttles count as this queue's; empty: none's.
  };
  std::string service;    ///< The dimension Service.
  std::string version{};  ///< Properties: to be searched for, never a dimension.
  std::string task_id{};
  std::vector<Queue> queues{};
  int descriptor = 2;  ///< Where lines are written; stays the caller's.
};

/// One metric of the namespace Ekiden, as docs/metrics.md lists it.
struct EmfMetric {
  std::string_view name;
  std::string_view unit;  ///< One of CloudWatch's.
};

/// Every metric that a line can have, in its order: 20 at most, for each is paid by the month.
std::span<const EmfMetric> emf_metrics();

/// Makes the lines: for each queue one JSON object in CloudWatch's Embedded Metric Format, with its line end. Counters
/// are told as what has been added since the last call, times as percentiles of what has been observed since; a time of
/// which nothing was observed is left out. Figures of the process (restarts, memory) are in the first queue's line
/// alone, so that a sum counts them once.
///
/// The one set of dimensions is Service and Queue. A task's id is a property: as a dimension each task that ever ran
/// would be a metric of its own, and paid as one.
/// Source: CloudWatch User Guide, "Specification: Embedded metric format".
class EmfLines {
 public:
  static constexpr std::string_view kNamespace = "Ekiden";
  /// A pipe takes so much in one piece; container runtimes split at 16 KiB. A line that would be longer is left out.
  static constexpr std::size_t kLineMax = 4096;

  explicit EmfLines(EmfOptions options) : options_(std::move(options)) {}

  std::vector<std::string> next(const std::vector<Reading>& readings, runtime::WallTime now);

 private:
  class Line;
  /// Of one series: what was told of it before.
  struct Told {
    double value = 0;
    std::vector<CumulativeBucket> buckets{};
  };
  double added(const Reading& reading);
  void add_buckets(const Reading& reading, std::vector<CumulativeBucket>& sum);

  EmfOptions options_;
  std::map<std::string, Told> told_{};
};

/// Writes the lines every minute from its construction on, and those of the rest when it is told that the end has come:
/// else the last minute of each task would be lost. Each line is one write(2); one that cannot be written is dropped.
/// Must not outlive what it is given.
class EmfReporter {
 public:
  static constexpr runtime::Duration kPeriod = std::chrono::seconds(60);

  EmfReporter(runtime::Env env, const runtime::Control& control, Metrics& metrics, EmfOptions options);

  /// The last lines; none follow.
  void finish();

 private:
  void arm();
  void report();

  runtime::Env env_;
  const runtime::Control& control_;
  Metrics& metrics_;
  int descriptor_;
  EmfLines lines_;
  runtime::TimePoint next_;
  runtime::Clock::Alarm alarm_;
};

}  // namespace ekiden::ops
