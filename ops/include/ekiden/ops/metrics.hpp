/// Metrics: events and figures as Prometheus sees them.
#pragma once

#include <ekiden/runtime/control.hpp>
#include <ekiden/runtime/events.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ekiden::ops {

/// The events of one room, as its <floor>/events.hpp lists them.
using EventList = std::span<const runtime::EventSpec* const>;

struct MetricsOptions {
  std::string version{};  ///< The label of ekiden_build_info.
  std::optional<std::uint64_t> memory_limit_bytes{};
  /// Label values that are known before anything happens: their counters are shown as 0 from the start, because a
  /// counter that appears with its first event hides that event from rate().
  std::vector<std::string> queues{};
  std::vector<std::string> tables{};
  /// Help texts for the figures of Status, by name. A figure without one is shown without help.
  std::vector<std::pair<std::string, std::string>> figure_help{};
};

/// A bucket of a histogram, lower buckets included.
struct CumulativeBucket {
  double upper_bound = 0;   ///< The last one's is infinite.
  std::uint64_t count = 0;  ///< Values up to the bound.
};

/// One value of one metric, for the status page and for Emf.
struct Reading {
  std::string name;
  runtime::MetricSpec::Kind kind = runtime::MetricSpec::Kind::kNone;
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;          ///< Of a histogram: the sum.
  std::uint64_t count = 0;   ///< Of a histogram: how many values were observed.
  double median = 0;         ///< Of a histogram: estimated within its bucket.
  double percentile_99 = 0;  ///< Likewise.
  std::vector<CumulativeBucket> buckets{};
};

/// Counts what happens. A counter costs less than 100 ns an event; histograms have buckets from 1 ms to 12 h, in
/// seconds. Names and labels are a contract: docs/metrics.md.
///
/// Used from the event loop only. Must not outlive the Events.
class Metrics {
 public:
  /// Label sets of one metric. Further ones are counted under "other", so that a wrong label cannot fill the memory.
  static constexpr std::size_t kSeriesMax = 256;

  /// Throws std::invalid_argument if a spec has a label that is none of queue, table, outcome, error_class, actor, or
  /// that is no field of its event, or if two specs use one name differently.
  Metrics(runtime::Events& events, std::initializer_list<EventList> rooms, MetricsOptions options);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// Everything in the Prometheus text format 0.0.4: the metrics of the events, the figures of `status` as gauges,
  /// ekiden_memory_bytes (resident), ekiden_memory_limit_bytes where there is a limit, and ekiden_build_info. The
  /// counters of actors appear as soon as `status` names them.
  std::string render(const runtime::Status& status);

  /// The same without the serialising, for the status page.
  std::vector<Reading> readings(const runtime::Status& status);

  /// The Content-Type of render().
  static constexpr const char* kContentType = "text/plain; version=0.0.4; charset=utf-8";

 private:
  class Registry;
  std::unique_ptr<Registry> registry_;
  runtime::Events::Subscription subscription_;
};

/// Resident memory of this process in bytes, from /proc/self/statm; 0 where that cannot be read.
std::uint64_t resident_memory_bytes();

}  // namespace ekiden::ops
