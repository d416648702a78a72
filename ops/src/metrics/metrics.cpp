// The only source that includes prometheus-cpp, which is slow to compile.
#include <ekiden/base/parse.hpp>
#include <ekiden/ops/metrics.hpp>

#include <fcntl.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <unordered_map>

#include "percentile.hpp"

namespace ekiden::ops {
namespace {

using runtime::EventSpec;
using runtime::MetricSpec;
using Kind = MetricSpec::Kind;
using LabelSet = std::vector<std::pair<std::string, std::string>>;

/// Only labels with few values: no user data, no message ids. Only ekiden_build_info has the label `version`.
constexpr std::array<std::string_view, 6> kLabelsAllowed{"queue", "table", "outcome", "error_class", "actor", "sink"};
constexpr std::string_view kPrefix = "ekiden_";
constexpr std::string_view kOther = "other";

/// Seconds: from the time of a local write (1 ms) to the longest visibility timeout of SQS (12 h).
const prometheus::Histogram::BucketBoundaries& buckets() {
  static const prometheus::Histogram::BucketBoundaries bounds{
      0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14400, 43200};
  return bounds;
}

using LabelViews = std::array<std::string_view, kLabelsAllowed.size()>;

/// The label values of one series, in the order of the metric's labels.
using LabelValues = std::vector<std::string>;

struct LabelLess {
  using is_transparent = void;
  template <typename A, typename B>
  bool operator()(const A& a, const B& b) const {
    return std::ranges::lexicographical_compare(a, b, std::less<std::string_view>());
  }
};

struct Series {
  LabelValues values;
  prometheus::Counter counter;
  prometheus::Gauge gauge;
  std::unique_ptr<prometheus::Histogram> histogram;
};

struct Metric {
  const MetricSpec* spec;
  std::map<LabelValues, Series, LabelLess> series;
};

/// How events of one spec change their metric.
struct Feed {
  Metric* metric = nullptr;
  std::optional<std::size_t> value;  ///< Index of the field that is added or observed. Empty: add 1.
  std::vector<std::size_t> labels;   ///< Indexes of the fields that are the labels.
  Series* last = nullptr;            ///< Cache: consecutive events mostly have the same labels.
};

std::size_t field_of(const EventSpec& event, std::string_view name) {
  const auto found = std::ranges::find(event.fields, name);
  if (found == event.fields.end()) {
    throw std::invalid_argument("the metric " + std::string(event.metric.name) + " uses the field " +
                                std::string(name) + ", but the event " + std::string(event.name) +
                                " has no such field");
  }
  return static_cast<std::size_t>(found - event.fields.begin());
}

void check(const MetricSpec& spec) {
  if (!spec.name.starts_with(kPrefix)) {
    throw std::invalid_argument("the metric " + std::string(spec.name) + " lacks the prefix ekiden_");
  }
  for (const std::string_view label : spec.labels) {
    if (std::ranges::find(kLabelsAllowed, label) == kLabelsAllowed.end()) {
      throw std::invalid_argument("the metric " + std::string(spec.name) + " has the label " + std::string(label) +
                                  "; allowed are queue, table, outcome, error_class, actor, sink");
    }
  }
}

double number(const runtime::Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    return static_cast<double>(*integer);
  }
  if (const auto* real = std::get_if<double>(&value)) {
    return *real;
  }
  const auto* flag = std::get_if<bool>(&value);
  return flag != nullptr && *flag ? 1 : 0;
}

std::string_view text(const runtime::Value& value) {
  const auto* text = std::get_if<std::string_view>(&value);
  return text != nullptr ? *text : kOther;
}

prometheus::MetricType type_of(Kind kind) {
  switch (kind) {
    case Kind::kCounter:
      return prometheus::MetricType::Counter;
    case Kind::kHistogram:
      return prometheus::MetricType::Histogram;
    case Kind::kGauge:
    case Kind::kNone:
      break;
  }
  return prometheus::MetricType::Gauge;
}

prometheus::MetricFamily gauge_family(std::string name, std::string help, const LabelSet& labels, double value) {
  prometheus::ClientMetric metric;
  for (const auto& [label, label_value] : labels) {
    metric.label.push_back({label, label_value});
  }
  metric.gauge.value = value;
  return {std::move(name), std::move(help), prometheus::MetricType::Gauge, {std::move(metric)}};
}

prometheus::MetricFamily dropped_family(std::uint64_t count) {
  prometheus::ClientMetric metric;
  metric.counter.value = static_cast<double>(count);
  return {"ekiden_log_lines_dropped_total",
          "Log lines that were dropped, because nobody read the log in time or they could not be written.",
          prometheus::MetricType::Counter,
          {std::move(metric)}};
}

}  // namespace

class Metrics::Registry {
 public:
  Registry(std::initializer_list<EventList> rooms, MetricsOptions options) : options_(std::move(options)) {
    for (const EventList& room : rooms) {
      for (const EventSpec* event : room) {
        if (event->metric.kind != Kind::kNone) {
          add(*event);
        }
      }
    }
    seed_known_labels();
  }

  void count(const runtime::Event& event) {
    const auto found = feeds_.find(&event.spec);
    if (found == feeds_.end()) {
      return;
    }
    Feed& feed = found->second;
    Series& series = series_of(feed, event);
    const double value = feed.value ? number(event.values[*feed.value]) : 1;
    switch (feed.metric->spec->kind) {
      case Kind::kCounter:
        series.counter.Increment(value);
        break;
      case Kind::kGauge:
        series.gauge.Set(value);
        break;
      case Kind::kHistogram:
        series.histogram->Observe(value);
        break;
      case Kind::kNone:
        break;
    }
  }

  std::vector<prometheus::MetricFamily> collect(const runtime::Status& status) {
    seed_actors(status.root);
    std::vector<prometheus::MetricFamily> families;
    for (const std::unique_ptr<Metric>& metric : metrics_) {
      families.push_back(collect(*metric));
    }
    const std::size_t figures_from = families.size();
    for (const runtime::Figure& figure : status.figures) {
      prometheus::MetricFamily family = gauge_family(figure.name, help_of(figure.name), figure.labels, figure.value);
      const auto same = std::find_if(families.begin() + static_cast<std::ptrdiff_t>(figures_from), families.end(),
                                     [&](const prometheus::MetricFamily& other) { return other.name == family.name; });
      if (same != families.end()) {
        same->metric.push_back(std::move(family.metric.front()));
      } else {
        families.push_back(std::move(family));
      }
    }
    if (options_.log_lines_dropped) {
      families.push_back(dropped_family(options_.log_lines_dropped()));
    }
    families.push_back(gauge_family("ekiden_memory_bytes", "Resident memory of the process.", {},
                                    static_cast<double>(resident_memory_bytes())));
    if (options_.memory_limit_bytes) {
      families.push_back(gauge_family("ekiden_memory_limit_bytes", "Memory limit of the process.", {},
                                      static_cast<double>(*options_.memory_limit_bytes)));
    }
    families.push_back(
        gauge_family("ekiden_build_info", "Always 1; the version is a label.", {{"version", options_.version}}, 1));
    return families;
  }

 private:
  void add(const EventSpec& event) {
    check(event.metric);
    Feed feed;
    feed.metric = &metric_of(event.metric);
    if (!event.metric.value.empty()) {
      feed.value = field_of(event, event.metric.value);
    }
    for (const std::string_view label : event.metric.labels) {
      feed.labels.push_back(field_of(event, label));
    }
    feeds_.emplace(&event, std::move(feed));
  }

  Metric& metric_of(const MetricSpec& spec) {
    for (const std::unique_ptr<Metric>& metric : metrics_) {
      if (metric->spec->name != spec.name) {
        continue;
      }
      if (metric->spec->kind != spec.kind || !std::ranges::equal(metric->spec->labels, spec.labels)) {
        throw std::invalid_argument("two events declare the metric " + std::string(spec.name) +
                                    " with different kinds or labels");
      }
      return *metric;
    }
    metrics_.push_back(std::make_unique<Metric>(Metric{&spec, {}}));
    return *metrics_.back();
  }

  /// Creates a series for each known queue or table, and one for a metric without labels. If a metric has both labels,
  /// an event sets only one of them.
  void seed_known_labels() {
    for (const std::unique_ptr<Metric>& metric : metrics_) {
      const std::span<const std::string_view> labels = metric->spec->labels;
      const bool known = std::ranges::all_of(labels, [](std::string_view l) { return l == "queue" || l == "table"; });
      if (!known) {
        continue;
      }
      if (labels.empty()) {
        series_of(*metric, {});
      }
      for (std::size_t i = 0; i < labels.size(); ++i) {
        for (const std::string& value : labels[i] == "queue" ? options_.queues : options_.tables) {
          LabelValues values(labels.size());
          values[i] = value;
          series_of(*metric, std::move(values));
        }
      }
    }
  }

  void seed_actors(const runtime::ActorStatus& actor) {
    for (const std::unique_ptr<Metric>& metric : metrics_) {
      if (metric->spec->labels.size() == 1 && metric->spec->labels.front() == "actor" && !actor.name.empty()) {
        series_of(*metric, {actor.name});
      }
    }
    for (const runtime::ActorStatus& child : actor.children) {
      seed_actors(child);
    }
  }

  Series& series_of(Feed& feed, const runtime::Event& event) {
    LabelViews views;
    const std::size_t size = feed.labels.size();
    for (std::size_t i = 0; i < size; ++i) {
      views[i] = text(event.values[feed.labels[i]]);
    }
    const std::span<const std::string_view> wanted(views.data(), size);
    if (feed.last != nullptr && std::ranges::equal(wanted, feed.last->values)) {
      return *feed.last;
    }
    const auto found = feed.metric->series.find(wanted);
    feed.last = found != feed.metric->series.end()
                    ? &found->second
                    : &series_of(*feed.metric, LabelValues(wanted.begin(), wanted.end()));
    return *feed.last;
  }

  Series& series_of(Metric& metric, LabelValues values) {
    if (metric.series.size() >= kSeriesMax && !metric.series.contains(values)) {
      values.assign(values.size(), std::string(kOther));
    }
    Series& series = metric.series[values];
    if (series.values.empty()) {
      series.values = std::move(values);
    }
    if (metric.spec->kind == Kind::kHistogram && series.histogram == nullptr) {
      series.histogram = std::make_unique<prometheus::Histogram>(buckets());
    }
    return series;
  }

  static prometheus::MetricFamily collect(const Metric& metric) {
    prometheus::MetricFamily family{
        std::string(metric.spec->name), std::string(metric.spec->help), type_of(metric.spec->kind), {}};
    for (const auto& [values, series] : metric.series) {
      prometheus::ClientMetric one = metric.spec->kind == Kind::kCounter ? series.counter.Collect()
                                     : metric.spec->kind == Kind::kGauge ? series.gauge.Collect()
                                                                         : series.histogram->Collect();
      for (std::size_t i = 0; i < values.size(); ++i) {
        one.label.push_back({std::string(metric.spec->labels[i]), values[i]});
      }
      family.metric.push_back(std::move(one));
    }
    return family;
  }

  std::string help_of(std::string_view name) const {
    const auto found = std::ranges::find_if(options_.figure_help, [&](const auto& help) { return help.first == name; });
    return found != options_.figure_help.end() ? found->second : std::string();
  }

  MetricsOptions options_;
  std::vector<std::unique_ptr<Metric>> metrics_;      // In the order of their declaration, which is the output's order.
  std::unordered_map<const EventSpec*, Feed> feeds_;  // Never iterated, so its order does not matter.
};

Metrics::Metrics(runtime::Events& events, std::initializer_list<EventList> rooms, MetricsOptions options)
    : registry_(std::make_unique<Registry>(rooms, std::move(options))),
      subscription_(events.subscribe([registry = registry_.get()](const runtime::Event& e) { registry->count(e); })) {}

Metrics::~Metrics() = default;

std::string Metrics::render(const runtime::Status& status) {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, registry_->collect(status));
  return std::move(out).str();
}

std::vector<Reading> Metrics::readings(const runtime::Status& status) {
  std::vector<Reading> readings;
  for (const prometheus::MetricFamily& family : registry_->collect(status)) {
    for (const prometheus::ClientMetric& metric : family.metric) {
      Reading reading;
      reading.name = family.name;
      for (const prometheus::ClientMetric::Label& label : metric.label) {
        reading.labels.emplace_back(label.name, label.value);
      }
      if (family.type == prometheus::MetricType::Histogram) {
        for (const prometheus::ClientMetric::Bucket& bucket : metric.histogram.bucket) {
          reading.buckets.push_back({bucket.upper_bound, bucket.cumulative_count});
        }
        reading.kind = Kind::kHistogram;
        reading.value = metric.histogram.sample_sum;
        reading.count = metric.histogram.sample_count;
        reading.median = percentile(reading.buckets, 0.5);
        reading.percentile_99 = percentile(reading.buckets, 0.99);
      } else {
        const bool is_counter = family.type == prometheus::MetricType::Counter;
        reading.kind = is_counter ? Kind::kCounter : Kind::kGauge;
        reading.value = is_counter ? metric.counter.value : metric.gauge.value;
      }
      readings.push_back(std::move(reading));
    }
  }
  return readings;
}

std::uint64_t resident_memory_bytes() {
  std::array<char, 128> buffer;
  const int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return 0;
  }
  const ssize_t size = ::read(file, buffer.data(), buffer.size());
  ::close(file);
  const std::string_view line(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  const std::size_t space = line.find(' ');  // "TOTAL RESIDENT ...", in pages (proc(5)).
  if (space == std::string_view::npos) {
    return 0;
  }
  const std::string_view resident = line.substr(space + 1, line.find(' ', space + 1) - space - 1);
  return base::parse<std::uint64_t>(resident).value_or(0) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace ekiden::ops
