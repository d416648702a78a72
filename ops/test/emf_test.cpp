// The lines for CloudWatch, checked against the specification of the Embedded Metric Format, with the worker's events.
#include <ekiden/aws/events.hpp>
#include <ekiden/base/json/reader.hpp>
#include <ekiden/ops/emf.hpp>
#include <ekiden/runtime/offload.hpp>
#include <ekiden/runtime/simulated/clock.hpp>
#include <ekiden/runtime/supervision_events.hpp>
#include <ekiden/worker/events.hpp>

#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <set>
#include <sstream>

namespace ekiden::ops {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class FakeControl final : public runtime::Control {
 public:
  runtime::Status status() const override { return now; }
  runtime::Status now;
};

/// The CloudWatch units that our metrics can have, as CloudWatch's API names them.
const std::set<std::string_view> kUnits{"Count", "Seconds", "Megabytes"};

/// Checks every rule of the specification that a line could break. Returns the first fault; empty: there is none.
std::string fault_of(const std::string& text) {
  base::JsonDocument document;
  if (text.empty() || text.back() != '\n' || text.find('\n') != text.size() - 1) {
    return "is not exactly one line";
  }
  if (text.size() > 16'384 || document.parse(text)) {
    return "is too long, or is not JSON";
  }
  const base::JsonReader root = document.root();
  const auto meta = root.find("_aws");
  if (!meta || !meta->find("Timestamp") || !meta->find("Timestamp")->integer()) {
    return "has no Timestamp in whole milliseconds";
  }
  const auto directives = meta->find("CloudWatchMetrics");
  if (!directives || directives->size() != 1) {
    return "does not have exactly one directive";
  }
  const base::JsonReader directive = directives->element(0);
  if (directive.text("Namespace") != "Ekiden") {
    return "has another namespace";
  }
  const auto sets = directive.find("Dimensions");
  if (!sets || sets->size() != 1 || sets->element(0).size() != 2) {
    return "does not have exactly one set of two dimensions";
  }
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string_view name = *sets->element(0).element(i).string();
    if (root.text(name).empty() || root.text(name).size() > 1024) {
      return "has no text for the dimension " + std::string(name);
    }
  }
  const auto metrics = directive.find("Metrics");
  if (!metrics || metrics->size() == 0 || metrics->size() > 20) {
    return "has no metric, or more than 20";
  }
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < metrics->size(); ++i) {
    const std::string_view name = metrics->element(i).text("Name");
    const auto value = root.find(name);
    if (!names.insert(name).second || !value || !value->number()) {
      return "does not have exactly one number for " + std::string(name);
    }
    if (!kUnits.contains(metrics->element(i).text("Unit"))) {
      return "has an unknown unit for " + std::string(name);
    }
  }
  for (std::size_t i = 0; i < root.size(); ++i) {
    if (const auto member = root.member(i); member.value.number() && !names.contains(member.name)) {
      return "has the number " + std::string(member.name) + ", which is not declared as a metric";
    }
  }
  return "";
}

std::optional<double> number(const std::string& line, std::string_view name) {
  base::JsonDocument document;
  if (document.parse(line)) {
    return std::nullopt;
  }
  const auto value = document.root().find(name);
  return value ? value->number() : std::nullopt;
}

class EmfTest : public testing::Test {
 protected:
  EmfTest() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC | O_NONBLOCK), 0); }
  ~EmfTest() override {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }

  static EmfOptions options() {
    return {.service = "news-worker",
            .version = "1.2.3",
            .task_id = "0123abcd",
            .queues = {{"news", "items"}, {"mail", "items"}}};
  }
  std::vector<std::string> next() { return lines_.next(metrics_.readings(control_.now), clock_.wall_now()); }

  /// The lines written to the pipe since the last call.
  std::vector<std::string> written() {
    std::array<char, 65536> buffer;
    const ssize_t size = ::read(ends_[0], buffer.data(), buffer.size());
    std::istringstream all(std::string(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0));
    std::vector<std::string> lines;
    for (std::string line; std::getline(all, line);) {
      lines.push_back(line + "\n");
    }
    return lines;
  }
  void pass(runtime::Duration time) {
    const runtime::TimePoint end = time_.now + time;
    while (clock_.next_expiry() && *clock_.next_expiry() <= end) {
      time_.now = *clock_.next_expiry();
      clock_.fire();
    }
    time_.now = end;
  }
  void throttle(std::string_view queue, std::string_view table) {
    events_.publish(aws::events::kThrottled, {"dynamodb", "BatchWriteItem", queue, table, "Throttling", "r-1"});
  }

  std::array<int, 2> ends_{};
  boost::asio::io_context loop_;
  runtime::VirtualTime time_;
  runtime::SimulatedClock clock_{time_};
  runtime::Random random_{1};
  runtime::Events events_;
  runtime::ThreadOffload offload_{1};
  runtime::Env env_{loop_.get_executor(), clock_, random_, events_, offload_};
  FakeControl control_;
  Metrics metrics_{events_,
                   {worker::events::kAll, aws::events::kAws, runtime::events::kSupervision},
                   {.version = "1.2.3", .queues = {"news", "mail"}, .tables = {"items"}}};
  EmfLines lines_{options()};
};

// Goal: every line follows the specification, even in the first minute, before any event.
TEST_F(EmfTest, IsALineOfTheFormat) {
  control_.now.figures.push_back({"ekiden_messages_in_flight", {{"queue", "news"}}, 7});
  const std::vector<std::string> lines = next();
  ASSERT_EQ(lines.size(), 2U);
  for (const std::string& line : lines) {
    EXPECT_EQ(fault_of(line), "") << line;
    EXPECT_THAT(line, HasSubstr(R"({"_aws":{"Timestamp":1482105600000,)"));  // Midnight of 2016-12-19.
    EXPECT_THAT(line, HasSubstr(R"("Dimensions":[["Service","Queue"]])"));
    EXPECT_THAT(line, HasSubstr(R"("Service":"news-worker")"));
    EXPECT_THAT(line, HasSubstr(R"("TaskId":"0123abcd","Version":"1.2.3")"));
  }
  EXPECT_THAT(lines[0], HasSubstr(R"("Queue":"news")"));
  EXPECT_EQ(number(lines[0], "MessagesInFlight"), 7);
  EXPECT_EQ(number(lines[0], "MessagesReceived"), 0);
  EXPECT_THAT(lines[1], HasSubstr(R"("Queue":"mail")"));
}

// Goal: every metric of the line finds its reading: none stays 0 because a metric was renamed elsewhere.
TEST_F(EmfTest, ReportsEveryMetricThatItNames) {
  const std::string_view queue = "news";
  namespace worker_events = worker::events;
  events_.publish(worker_events::kReceived, {queue, std::int64_t{10}});
  events_.publish(worker_events::kSucceeded, {queue, "m"});
  events_.publish(worker_events::kRetried, {queue, "m", "r", 1.0});
  events_.publish(worker_events::kRejected, {queue, "m", "r"});
  events_.publish(worker_events::kDuplicate, {queue, "m"});
  events_.publish(worker_events::kCorrupt, {queue, "m"});
  events_.publish(worker_events::kDeleteFailed, {queue, "m", "A", "e"});
  events_.publish(worker_events::kDeleteFailed, {queue, "m", "B", "e"});
  events_.publish(worker_events::kLeaseLost, {queue, "m", "A", "e"});
  events_.publish(worker_events::kReceiveError, {queue, "e"});
  events_.publish(worker_events::kReceiveEmpty, {queue});
  events_.publish(worker_events::kSettled, {queue, "done", 0.2});
  events_.publish(worker_events::kAge, {queue, 4.0});
  throttle(queue, "");
  events_.publish(runtime::events::kActorRestarted, {"writer", 1.0, "e"});
  control_.now.figures.push_back({"ekiden_messages_in_flight", {{"queue", "news"}}, 3});
  const std::string line = next().at(0);
  EXPECT_EQ(fault_of(line), "") << line;
  for (const EmfMetric& metric : emf_metrics()) {
    EXPECT_GT(number(line, metric.name).value_or(0), 0) << metric.name;
  }
  EXPECT_EQ(number(line, "MessagesReceived"), 10);
  EXPECT_EQ(number(line, "DeleteFailures"), 2);
}

// Goal: counters and times cover one minute, not the life of the process, because CloudWatch adds them up.
TEST_F(EmfTest, ReportsTheChangeSinceTheLastLine) {
  events_.publish(worker::events::kReceived, {"news", std::int64_t{10}});
  events_.publish(worker::events::kSettled, {"news", "done", 20.0});
  EXPECT_EQ(number(next()[0], "MessagesReceived"), 10);
  const std::string quiet = next()[0];
  EXPECT_EQ(number(quiet, "MessagesReceived"), 0);
  EXPECT_EQ(number(quiet, "ReceiveToDoneP99"), std::nullopt);
  EXPECT_EQ(fault_of(quiet), "");
  events_.publish(worker::events::kReceived, {"news", std::int64_t{4}});
  events_.publish(worker::events::kSettled, {"news", "done", 0.2});
  events_.publish(worker::events::kSettled, {"news", "reject", 0.2});
  events_.publish(worker::events::kSettled, {"news", "retry", 3000.0});
  const std::string line = next()[0];
  EXPECT_EQ(number(line, "MessagesReceived"), 4);
  EXPECT_LE(number(line, "ReceiveToDoneP99").value_or(99),
            0.25);  // Neither the 20 s of the minute before nor the retry.
}

// Goal: with several queues nothing is counted twice: neither metrics of the process nor of a table that both write to.
TEST_F(EmfTest, CountsNothingForTwoQueues) {
  events_.publish(runtime::events::kActorRestarted, {"writer", 1.0, "e"});
  throttle("", "items");
  throttle("mail", "");
  const std::vector<std::string> lines = next();
  EXPECT_EQ(number(lines[0], "ActorRestarts"), 1);
  EXPECT_GT(number(lines[0], "MemoryResident"), 1);
  EXPECT_EQ(number(lines[0], "Throttles"), 1);
  EXPECT_EQ(number(lines[1], "Throttles"), 1);
  EXPECT_THAT(lines[1], Not(HasSubstr("ActorRestarts")));
  EXPECT_THAT(lines[1], Not(HasSubstr("MemoryResident")));
}

// Goal: for any names, a line is complete and short enough for an atomic write to a pipe, or it is left out.
TEST_F(EmfTest, IsWholeOrNotAtAll) {
  EmfOptions names = options();
  names.service = std::string(255, 's');
  names.queues = {{std::string(80, 'q'), ""}};  // As long as AWS allows, with every figure.
  for (const double big : {1e15 / 3, 0.1234567890123}) {
    std::vector<Reading> readings;
    for (const char* name : {"ekiden_messages_received_total", "ekiden_messages_succeeded_total",
                             "ekiden_messages_retried_total", "ekiden_messages_in_flight"}) {
      readings.push_back({.name = name, .labels = {{"queue", names.queues[0].name}}, .value = big});
    }
    const std::vector<std::string> lines = EmfLines(names).next(readings, clock_.wall_now());
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(fault_of(lines[0]), "");
    EXPECT_LE(lines[0].size(), 4096U);
  }
  names.service = "a \"name\"\n";
  EXPECT_EQ(fault_of(EmfLines(names).next({}, clock_.wall_now()).at(0)), "");
  names.service = std::string(4096, 's');
  EXPECT_TRUE(EmfLines(names).next({}, clock_.wall_now()).empty());
}

// Goal: each queue has one line per minute and one at the end, so that a task's last minute is not lost.
TEST_F(EmfTest, ReportsEachMinuteAndTheRest) {
  EmfOptions to_pipe = options();
  to_pipe.descriptor = ends_[1];
  EmfReporter reporter(env_, control_, metrics_, to_pipe);
  pass(59s);
  EXPECT_TRUE(written().empty());
  pass(1s);
  EXPECT_EQ(written().size(), 2U);
  events_.publish(worker::events::kReceived, {"news", std::int64_t{10}});
  pass(4min);
  const std::vector<std::string> lines = written();
  ASSERT_EQ(lines.size(), 8U);
  double sum = 0;
  for (const std::string& line : lines) {
    sum += number(line, "MessagesReceived").value_or(0);
  }
  EXPECT_EQ(sum, 10);
  events_.publish(worker::events::kReceived, {"news", std::int64_t{5}});
  pass(10s);
  reporter.finish();
  EXPECT_EQ(number(written().at(0), "MessagesReceived"), 5);
  pass(10min);
  EXPECT_TRUE(written().empty());
}

}  // namespace
}  // namespace ekiden::ops
