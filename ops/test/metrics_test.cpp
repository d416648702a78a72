#include <ekiden/ops/metrics.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <stdexcept>

#include "fake_worker.hpp"
#include "metrics/percentile.hpp"

namespace ekiden::ops {
namespace {

using runtime::EventSpec;
using runtime::MetricSpec;
using runtime::Severity;
using testing::HasSubstr;
using testing::Not;
using Kind = MetricSpec::Kind;

constexpr std::array<std::string_view, 1> kQueue{"queue"};
constexpr std::array<std::string_view, 1> kActor{"actor"};
constexpr std::array<std::string_view, 2> kQueueTable{"queue", "table"};
constexpr std::array<std::string_view, 2> kQueueCount{"queue", "count"};
constexpr std::array<std::string_view, 1> kMessage{"message_id"};

constexpr EventSpec kReceived{
    "received", Severity::kDebug, kQueueCount, {Kind::kCounter, "ekiden_received_total", "Received.", "count", kQueue}};
constexpr EventSpec kThrottled{
    "throttled", Severity::kDebug, kQueueTable, {Kind::kCounter, "ekiden_throttles_total", "T.", "", kQueueTable}};
constexpr EventSpec kRestarted{
    "restarted", Severity::kDebug, kActor, {Kind::kCounter, "ekiden_restarts_total", "R.", "", kActor}};
constexpr EventSpec kAge{
    "age", Severity::kDebug, kQueueCount, {Kind::kHistogram, "ekiden_age_seconds", "Age.", "count", kQueue}};
constexpr EventSpec kSilent{"silent", Severity::kDebug, kQueue, {}};
constexpr std::array<const EventSpec*, 5> kAll{&kReceived, &kThrottled, &kRestarted, &kAge, &kSilent};

MetricsOptions known() {
  return {.version = "1.2.3", .queues = {"news"}, .tables = {"items"}, .figure_help = {{"ekiden_held", "Held."}}};
}

class MetricsTest : public testing::Test {
 protected:
  std::string text() { return metrics.render(status); }

  runtime::Events events;
  Metrics metrics{events, {kAll}, known()};
  runtime::Status status;
};

// Goal: dropped log lines are counted while the log is stuck: the count is read, not published.
TEST_F(MetricsTest, ReadsTheDroppedLogLines) {
  EXPECT_THAT(text(), Not(HasSubstr("ekiden_log_lines_dropped_total")));
  std::uint64_t dropped = 7;
  MetricsOptions options = known();
  options.log_lines_dropped = [&dropped] { return dropped; };
  Metrics reading(events, {kAll}, options);
  EXPECT_THAT(reading.render(status), HasSubstr("# TYPE ekiden_log_lines_dropped_total counter\n"
                                                "ekiden_log_lines_dropped_total 7\n"));
  dropped = 8;
  EXPECT_THAT(reading.render(status), HasSubstr("ekiden_log_lines_dropped_total 8\n"));
}

// Goal: each label set has its own count, which grows by the value of the named field, or by 1.
TEST_F(MetricsTest, CountsEachLabelSetByItself) {
  events.publish(kReceived, {"news", std::int64_t{10}});
  events.publish(kReceived, {"mail", std::int64_t{3}});
  events.publish(kReceived, {"news", std::int64_t{5}});
  events.publish(kRestarted, {"writer"});
  events.publish(kSilent, {"news"});

  EXPECT_THAT(text(), HasSubstr("# TYPE ekiden_received_total counter\n"));
  EXPECT_THAT(text(), HasSubstr("ekiden_received_total{queue=\"news\"} 15\n"));
  EXPECT_THAT(text(), HasSubstr("ekiden_received_total{queue=\"mail\"} 3\n"));
  EXPECT_THAT(text(), HasSubstr("ekiden_restarts_total{actor=\"writer\"} 1\n"));
}

// Goal: before the first event, every known label value already has a series with the value 0.
TEST_F(MetricsTest, ShowsWhatIsKnownAsZeroFromTheStart) {
  EXPECT_THAT(text(), Not(HasSubstr("ekiden_restarts_total{")));
  status.root.name = "root";
  status.root.children.emplace_back().name = "leases";

  EXPECT_THAT(text(), HasSubstr("ekiden_received_total{queue=\"news\"} 0\n"));
  EXPECT_THAT(text(), HasSubstr("ekiden_throttles_total{queue=\"news\",table=\"\"} 0\n"));
  EXPECT_THAT(text(), HasSubstr("ekiden_throttles_total{queue=\"\",table=\"items\"} 0\n"));
  EXPECT_THAT(text(), HasSubstr("ekiden_age_seconds_count{queue=\"news\"} 0\n"));
  EXPECT_THAT(text(), HasSubstr("ekiden_restarts_total{actor=\"leases\"} 0\n"));
}

// Goal: the figures of the status are gauges, one family per name; memory and version are gauges, too.
TEST_F(MetricsTest, AddsFiguresMemoryAndVersion) {
  status.figures = {{"ekiden_held", {{"queue", "news"}}, 7}, {"ekiden_held", {{"queue", "mail"}}, 8}};

  EXPECT_THAT(text(), HasSubstr("# HELP ekiden_held Held.\n# TYPE ekiden_held gauge\nekiden_held{queue=\"news\"} 7\n"
                                "ekiden_held{queue=\"mail\"} 8\n"));
  EXPECT_THAT(text(), HasSubstr("ekiden_build_info{version=\"1.2.3\"} 1\n"));
  EXPECT_THAT(text(), testing::ContainsRegex("ekiden_memory_bytes [1-9]"));
}

// Goal: the gauge of the memory limit exists only if there is a limit: an alarm that divides by 0 would go off.
TEST_F(MetricsTest, HasTheMemoryLimitIfThereIsOne) {
  EXPECT_THAT(text(), Not(HasSubstr("ekiden_memory_limit_bytes")));
  MetricsOptions limited = known();
  limited.memory_limit_bytes = std::uint64_t{512} << 20;
  Metrics of_limited(events, {kAll}, limited);
  EXPECT_THAT(of_limited.render(status),
              HasSubstr("# TYPE ekiden_memory_limit_bytes gauge\nekiden_memory_limit_bytes 536870912\n"));
}

// Goal: the buckets reach from a local write (1 ms) to SQS's longest visibility timeout (12 h).
TEST_F(MetricsTest, ObservesSecondsFromMillisecondsToHalfADay) {
  events.publish(kAge, {"news", 0.0005});
  events.publish(kAge, {"news", 40000.0});
  events.publish(kAge, {"news", 50000.0});

  EXPECT_THAT(text(), HasSubstr("ekiden_age_seconds_bucket{queue=\"news\",le=\"0.001\"} 1\n"));
  EXPECT_THAT(text(), HasSubstr("ekiden_age_seconds_bucket{queue=\"news\",le=\"43200\"} 2\n"));
  EXPECT_THAT(text(), HasSubstr("ekiden_age_seconds_bucket{queue=\"news\",le=\"+Inf\"} 3\n"));
}

// Goal: a label with arbitrarily many values cannot fill the memory.
TEST_F(MetricsTest, CountsUnderOtherBeyondTheBound) {
  for (std::size_t i = 0; i < Metrics::kSeriesMax + 10; ++i) {
    const std::string queue = "q" + std::to_string(i);
    events.publish(kReceived, {queue, std::int64_t{1}});
  }
  // "news" has a series from the start.
  EXPECT_THAT(text(), HasSubstr("ekiden_received_total{queue=\"other\"} 11\n"));
}

// Goal: label values are escaped, so a hostile one cannot add lines or labels.
TEST_F(MetricsTest, EscapesLabelValues) {
  events.publish(kReceived, {"a\"b\\c\nd", std::int64_t{1}});
  EXPECT_THAT(text(), HasSubstr(R"(ekiden_received_total{queue="a\"b\\c\nd"} 1)"));
}

// Goal: a spec with an unbounded label (message ids), a foreign name or a contradiction is rejected at the start.
TEST(MetricsContractTest, RefusesWrongSpecs) {
  constexpr EventSpec kUnbounded{"e", Severity::kInfo, kMessage, {Kind::kCounter, "ekiden_a_total", "", "", kMessage}};
  constexpr EventSpec kForeign{"e", Severity::kInfo, kQueue, {Kind::kCounter, "a_total", "", "", kQueue}};
  constexpr EventSpec kNoField{"e", Severity::kInfo, kMessage, {Kind::kCounter, "ekiden_a_total", "", "", kQueue}};
  constexpr EventSpec kOther{"e", Severity::kInfo, kQueue, {Kind::kGauge, "ekiden_received_total", "", "", kQueue}};
  runtime::Events events;
  for (const EventSpec* wrong : {&kUnbounded, &kForeign, &kNoField, &kOther}) {
    const std::array<const EventSpec*, 2> list{&kReceived, wrong};
    EXPECT_THROW(Metrics(events, {list}, {}), std::invalid_argument) << wrong->metric.name;
  }
}

// Goal: a percentile is interpolated within the right bucket, and is 0 if nothing was observed.
TEST(PercentileTest, InterpolatesWithinABucket) {
  const std::vector<CumulativeBucket> buckets{{1, 0}, {2, 10}, {4, 20}, {std::numeric_limits<double>::infinity(), 20}};
  EXPECT_DOUBLE_EQ(percentile(buckets, 0.25), 1.5);
  EXPECT_DOUBLE_EQ(percentile(buckets, 0.75), 3);
  const std::vector<CumulativeBucket> beyond{{1, 0}, {std::numeric_limits<double>::infinity(), 5}};
  EXPECT_DOUBLE_EQ(percentile(beyond, 0.5), 1);
  EXPECT_DOUBLE_EQ(percentile({}, 0.5), 0);
}

}  // namespace
}  // namespace ekiden::ops
