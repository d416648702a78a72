#include <ekiden/base/json/writer.hpp>
#include <ekiden/ops/emf.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <optional>
#include <utility>

#include "percentile.hpp"

namespace ekiden::ops {
namespace {

enum class Source {
  kAdded,      ///< A counter's increase since the last line.
  kNow,        ///< A gauge's value.
  kMebibytes,  ///< A gauge's value in bytes, converted to MiB.
  kMedian,     ///< The median of a histogram's observations since the last line.
  kPercentile99
};
enum class Whose { kQueue, kProcess };

struct Recipe {
  EmfMetric metric;
  std::string_view reading;
  Source source;
  Whose whose = Whose::kQueue;
};

constexpr std::string_view kCount = "Count";
constexpr std::string_view kSeconds = "Seconds";
constexpr std::string_view kToDone = "ekiden_receive_to_done_seconds";
constexpr std::string_view kAge = "ekiden_message_age_seconds";

constexpr std::array kRecipes{
    Recipe{{"MessagesReceived", kCount}, "ekiden_messages_received_total", Source::kAdded},
    Recipe{{"MessagesSucceeded", kCount}, "ekiden_messages_succeeded_total", Source::kAdded},
    Recipe{{"MessagesRetried", kCount}, "ekiden_messages_retried_total", Source::kAdded},
    Recipe{{"MessagesRejected", kCount}, "ekiden_messages_rejected_total", Source::kAdded},
    Recipe{{"MessagesDuplicate", kCount}, "ekiden_messages_duplicate_total", Source::kAdded},
    Recipe{{"MessagesCorrupt", kCount}, "ekiden_messages_corrupt_total", Source::kAdded},
    Recipe{{"DeleteFailures", kCount}, "ekiden_delete_failures_total", Source::kAdded},
    Recipe{{"LeasesLost", kCount}, "ekiden_leases_lost_total", Source::kAdded},
    Recipe{{"ReceiveFailures", kCount}, "ekiden_receive_failures_total", Source::kAdded},
    Recipe{{"ReceivesEmpty", kCount}, "ekiden_receives_empty_total", Source::kAdded},
    Recipe{{"Throttles", kCount}, "ekiden_throttles_total", Source::kAdded},
    Recipe{{"MessagesInFlight", kCount}, "ekiden_messages_in_flight", Source::kNow},
    Recipe{{"ReceiveToDoneP50", kSeconds}, kToDone, Source::kMedian},
    Recipe{{"ReceiveToDoneP99", kSeconds}, kToDone, Source::kPercentile99},
    Recipe{{"MessageAgeP50", kSeconds}, kAge, Source::kMedian},
    Recipe{{"MessageAgeP99", kSeconds}, kAge, Source::kPercentile99},
    Recipe{{"ActorRestarts", kCount}, "ekiden_restarts_total", Source::kAdded, Whose::kProcess},
    Recipe{{"MemoryResident", "Megabytes"}, "ekiden_memory_bytes", Source::kMebibytes, Whose::kProcess},
};
constexpr std::size_t kMetricsMax = 20;
static_assert(kRecipes.size() <= kMetricsMax);

constexpr auto kMetrics = [] {
  std::array<EmfMetric, kRecipes.size()> metrics;
  std::ranges::transform(kRecipes, metrics.begin(), &Recipe::metric);
  return metrics;
}();

std::string_view label(const Reading& reading, std::string_view name) {
  const auto found = std::ranges::find_if(reading.labels, [&](const auto& one) { return one.first == name; });
  return found == reading.labels.end() ? std::string_view() : std::string_view(found->second);
}

// Whether a series belongs to `queue`. A table's throttles belong to the first queue that writes to the table; `before`
// are the queues before this one.
bool is_of(const Reading& reading, const EmfOptions::Queue& queue, std::span<const EmfOptions::Queue> before) {
  if (label(reading, "queue") == queue.name) {
    return label(reading, "outcome") != "retry";  // A message that is released for a retry is not done.
  }
  const std::string_view table = label(reading, "table");
  return !table.empty() && table == queue.table &&
         std::ranges::none_of(before, [&](const auto& other) { return other.table == table; });
}

std::string key_of(const Reading& reading) {
  std::string key = reading.name;
  for (const auto& [name, value] : reading.labels) {
    key += '\n' + name + '=' + value;
  }
  return key;
}

}  // namespace

std::span<const EmfMetric> emf_metrics() { return kMetrics; }

/// The values of one line, then its text.
class EmfLines::Line {
 public:
  void add(const EmfMetric& metric, double value) { values_.emplace_back(metric, value); }

  std::string text(const EmfOptions& options, const std::string& queue, runtime::WallTime now) const {
    base::JsonWriter json(2048);
    json.begin_object();
    add_directive(json, now);
    json.key("Service").printable(options.service);
    json.key("Queue").printable(queue);
    add_property(json, "TaskId", options.task_id);
    add_property(json, "Version", options.version);
    for (const auto& [metric, value] : values_) {
      json.key(metric.name).number(value);
    }
    return json.end_object().take() + "\n";
  }

 private:
  void add_directive(base::JsonWriter& json, runtime::WallTime now) const {
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
    json.key("_aws").begin_object().key("Timestamp").integer(since.count());
    json.key("CloudWatchMetrics").begin_array().begin_object();
    json.field("Namespace", kNamespace);
    json.key("Dimensions").begin_array().begin_array().string("Service").string("Queue").end_array().end_array();
    json.key("Metrics").begin_array();
    for (const auto& [metric, value] : values_) {
      json.begin_object().field("Name", metric.name).field("Unit", metric.unit).end_object();
    }
    json.end_array().end_object().end_array().end_object();
  }

  static void add_property(base::JsonWriter& json, std::string_view name, std::string_view value) {
    if (!value.empty()) {
      json.key(name).printable(value);
    }
  }

  std::vector<std::pair<EmfMetric, double>> values_;
};

double EmfLines::added(const Reading& reading) {
  Reported& last = reported_[key_of(reading)];
  return reading.value - std::exchange(last.value, reading.value);
}

void EmfLines::add_buckets(const Reading& reading, std::vector<CumulativeBucket>& sum) {
  Reported& last = reported_[key_of(reading)];
  sum.resize(std::max(sum.size(), reading.buckets.size()));
  for (std::size_t i = 0; i < reading.buckets.size(); ++i) {
    sum[i].upper_bound = reading.buckets[i].upper_bound;
    sum[i].count += reading.buckets[i].count - (i < last.buckets.size() ? last.buckets[i].count : 0);
  }
  last.buckets = reading.buckets;
}

std::vector<std::string> EmfLines::next(const std::vector<Reading>& readings, runtime::WallTime now) {
  std::vector<std::string> lines;
  const std::span<const EmfOptions::Queue> queues(options_.queues);
  for (std::size_t i = 0; i < queues.size(); ++i) {
    Line line;
    std::map<std::string_view, std::vector<CumulativeBucket>> observed;  // The percentiles of a histogram share it.
    for (const Recipe& recipe : kRecipes) {
      if (recipe.whose == Whose::kProcess && i > 0) {
        continue;
      }
      const bool is_histogram = recipe.source == Source::kMedian || recipe.source == Source::kPercentile99;
      const bool is_first_look = is_histogram && !observed.contains(recipe.reading);
      double value = 0;
      for (const Reading& reading : readings) {
        if (reading.name != recipe.reading ||
            (recipe.whose == Whose::kQueue && !is_of(reading, queues[i], queues.first(i)))) {
          continue;
        }
        if (is_first_look) {
          add_buckets(reading, observed[recipe.reading]);
        } else if (!is_histogram) {
          value += recipe.source == Source::kAdded ? added(reading) : reading.value;
        }
      }
      if (is_histogram) {
        const std::vector<CumulativeBucket>& buckets = observed[recipe.reading];
        if (!buckets.empty() && buckets.back().count > 0) {
          line.add(recipe.metric, percentile(buckets, recipe.source == Source::kMedian ? 0.5 : 0.99));
        }
      } else {
        line.add(recipe.metric, recipe.source == Source::kMebibytes ? value / 0x1p20 : value);
      }
    }
    std::string text = line.text(options_, queues[i].name, now);
    if (text.size() <= kLineMax) {
      lines.push_back(std::move(text));
    }
  }
  return lines;
}

EmfReporter::EmfReporter(runtime::Env env, const runtime::Control& control, Metrics& metrics, EmfOptions options)
    : env_(env),
      control_(control),
      metrics_(metrics),
      outlet_(base::outlet_of(options.descriptor)),
      lines_(std::move(options)),
      next_(env.clock.now() + kPeriod) {
  arm();
}

void EmfReporter::arm() {
  alarm_ = env_.clock.call_at(next_, [this] {
    report();
    next_ += kPeriod;  // Counted from the start, not from now: each minute has exactly one line per queue.
    arm();
  });
}

void EmfReporter::finish() {
  alarm_.cancel();
  report();
}

void EmfReporter::report() {
  for (const std::string& line : lines_.next(metrics_.readings(control_.status()), env_.clock.wall_now())) {
    outlet_->write(line);
  }
}

}  // namespace ekiden::ops
