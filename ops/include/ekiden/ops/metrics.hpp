/// Metrics: counts events, for Prometheus and for the status page.
#pragma once

#include <ekiden/runtime/control.hpp>
#include <ekiden/runtime/events.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ekiden::ops {

/// The list of a floor's events, from its <floor>/events.hpp.
using EventList = std::span<const runtime::EventSpec* const>;

struct MetricsOptions {
  std::string version{};                              ///< The label `version` of ekiden_build_info.
  std::optional<std::uint64_t> memory_limit_bytes{};  ///< The value of ekiden_memory_limit_bytes. Empty: no limit.
  /// Label values that are known at the start. Their counters are 0 from the start: a counter that appears only with
  /// its first event hides that event from rate().
  std::vector<std::string> queues{};
  std::vector<std::string> tables{};
  /// The value of ekiden_log_lines_dropped_total. Empty: there is no such metric.
  std::function<std::uint64_t()> log_lines_dropped{};
  /// Help texts for the figures of runtime::Status, by the figure's name. A figure can have none.
  std::vector<std::pair<std::string, std::string>> figure_help{};
};

/// A bucket of a histogram. It also counts the values of all lower buckets.
struct CumulativeBucket {
  double upper_bound = 0;   ///< Seconds. Infinite in the last bucket.
  std::uint64_t count = 0;  ///< Number of values up to the bound.
};

/// One series of one metric, for the status page and for EmfReporter.
struct Reading {
  std::string name;
  runtime::MetricSpec::Kind kind = runtime::MetricSpec::Kind::kNone;
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;                         ///< Of a histogram: the sum of the observed values.
  std::uint64_t count = 0;                  ///< Histograms only: the number of observed values.
  double median = 0;                        ///< Histograms only: interpolated within its bucket.
  double percentile_99 = 0;                 ///< As median.
  std::vector<CumulativeBucket> buckets{};  ///< Histograms only.
};

/// Counts the events that are published. A counter costs less than 100 ns per event. Histograms are in seconds, with
/// buckets from 1 ms to 12 h. Names and labels are a contract: see docs/metrics.md.
///
/// Use it only on the event loop. The Events must outlive it.
class Metrics {
 public:
  /// The maximum number of label sets of one metric. Further ones are counted under "other", so that a label with too
  /// many values cannot fill the memory.
  static constexpr std::size_t kSeriesMax = 256;

  /// Throws std::invalid_argument if a metric's name does not start with "ekiden_", if a label is not one of queue,
  /// table, outcome, error_class and actor, if a label is not a field of its event, or if two events declare the same
  /// metric with different kinds or labels.
  Metrics(runtime::Events& events, std::initializer_list<EventList> rooms, MetricsOptions options);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// All metrics in the Prometheus text format 0.0.4: the metrics of the events, the figures of `status` as gauges,
  /// ekiden_log_lines_dropped_total, ekiden_memory_bytes (resident), ekiden_memory_limit_bytes if there is a limit, and
  /// ekiden_build_info. The counters of an actor exist once `status` has named the actor.
  std::string render(const runtime::Status& status);

  /// The same metrics as values.
  std::vector<Reading> readings(const runtime::Status& status);

  /// The Content-Type of render().
  static constexpr const char* kContentType = "text/plain; version=0.0.4; charset=utf-8";

 private:
  class Registry;
  std::unique_ptr<Registry> registry_;
  runtime::Events::Subscription subscription_;
};

/// Resident memory of this process in bytes, from /proc/self/statm; 0 if that cannot be read.
std::uint64_t resident_memory_bytes();

}  // namespace ekiden::ops
