#include <ekiden/app/events.hpp>
#include <ekiden/aws/events.hpp>
#include <ekiden/http/events.hpp>
#include <ekiden/local/events.hpp>
#include <ekiden/ops/emf.hpp>
#include <ekiden/ops/events.hpp>
#include <ekiden/ops/log.hpp>
#include <ekiden/ops/metrics.hpp>
#include <ekiden/runtime/supervision_events.hpp>
#include <ekiden/worker/doctor.hpp>
#include <ekiden/worker/events.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <span>
#include <string>
#include <vector>

#include "document.hpp"

namespace ekiden::contract {
namespace {

using runtime::EventSpec;
using runtime::MetricSpec;

std::vector<const EventSpec*> every_event() {
  std::vector<const EventSpec*> all;
  for (const ops::EventList list : {ops::EventList(worker::events::kAll), ops::EventList(aws::events::kAws),
                                    ops::EventList(runtime::events::kSupervision), ops::EventList(app::events::kApp),
                                    ops::EventList(local::events::kLocal), ops::EventList(http::events::kServer),
                                    ops::EventList(ops::events::kOps)}) {
    all.insert(all.end(), list.begin(), list.end());
  }
  return all;
}

std::string joined(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) {
    text += (text.empty() ? "" : ", ") + std::string(word);
  }
  return text;
}

std::string kind_word(MetricSpec::Kind kind) {
  return kind == MetricSpec::Kind::kCounter ? "counter" : kind == MetricSpec::Kind::kHistogram ? "histogram" : "gauge";
}

// Goal: docs/logs.md lists every event that a program can log, with its level and its fields in order, and no other.
TEST(LogNamesTest, AreThoseOfTheDocument) {
  std::vector<Row> expected;
  for (const EventSpec* event : every_event()) {
    expected.push_back(
        {std::string(event->name), std::string(ops::level_name(event->severity)), joined(event->fields)});
  }
  EXPECT_THAT(table("logs.md", "event"), testing::UnorderedElementsAreArray(expected));
}

// Goal: docs/metrics.md lists every metric with its type and labels, and no other. Gauges without an event are listed
// here.
TEST(MetricNamesTest, AreThoseOfTheDocument) {
  std::set<Row> expected{
      {"ekiden_messages_in_flight", "gauge", "queue"},    {"ekiden_task_protected", "gauge", ""},
      {"ekiden_messages_remembered", "gauge", "queue"},   {"ekiden_outage", "gauge", "queue, sink"},
      {"ekiden_messages_memory_bytes", "gauge", "queue"}, {"ekiden_messages_memory_limit_bytes", "gauge", "queue"},
      {"ekiden_log_lines_dropped_total", "counter", ""},  {"ekiden_memory_bytes", "gauge", ""},
      {"ekiden_memory_limit_bytes", "gauge", ""},         {"ekiden_build_info", "gauge", "version"}};
  for (const EventSpec* event : every_event()) {
    if (event->metric.kind != MetricSpec::Kind::kNone) {
      expected.insert({std::string(event->metric.name), kind_word(event->metric.kind), joined(event->metric.labels)});
    }
  }
  std::set<Row> documented;
  for (const Row& row : table("metrics.md", "metric")) {
    EXPECT_EQ(row.size(), 4U) << row.front();
    documented.insert({row[0], row[1], row[2]});
  }
  EXPECT_EQ(documented, expected);
}

// Goal: docs/metrics.md lists every metric of CloudWatch with its unit, in the order of the log line.
TEST(MetricNamesTest, OfCloudWatchAreThoseOfTheDocument) {
  std::vector<Row> expected;
  for (const ops::EmfMetric& metric : ops::emf_metrics()) {
    expected.push_back({std::string(metric.name), std::string(metric.unit)});
  }
  std::vector<Row> documented;
  for (const Row& row : table("metrics.md", "CloudWatch metric")) {
    EXPECT_EQ(row.size(), 4U) << row.front();
    documented.push_back({row[0], row[1]});
  }
  EXPECT_EQ(documented, expected);
}

// Goal: Metrics accepts the event specs of all floors together (labels, fields, no name with two meanings).
TEST(MetricNamesTest, AreAcceptedTogether) {
  runtime::Events events;
  EXPECT_NO_THROW(ops::Metrics(
      events, {worker::events::kAll, aws::events::kAws, runtime::events::kSupervision, local::events::kLocal}, {}));
}

// Goal: an event name has one kind everywhere, and no field has the name of a field that every line has.
TEST(LogNamesTest, AreUniqueAndLeaveTheLinesOwnNamesAlone) {
  std::set<std::string_view> names;
  for (const EventSpec* event : every_event()) {
    EXPECT_TRUE(names.insert(event->name).second) << event->name;
    EXPECT_THAT(std::string(event->name), testing::MatchesRegex("[a-z]+\\.[a-z_]+"));
    for (const std::string_view field : event->fields) {
      EXPECT_TRUE(field != "ts" && field != "level" && field != "event" && field != "repeated") << event->name;
    }
  }
}

// Goal: docs/doctor.md lists every check, in the order of the report, and no other; each has its fix.
TEST(CheckNamesTest, AreThoseOfTheDocument) {
  std::vector<std::string> documented;
  for (const Row& row : table("doctor.md", "check")) {
    EXPECT_EQ(row.size(), 3U) << row.front();
    documented.push_back(row.front());
  }
  EXPECT_THAT(documented, testing::ElementsAreArray(worker::kCheckNames));
}

}  // namespace
}  // namespace ekiden::contract
