#include "log/repeats.hpp"

#include <ekiden/ops/log.hpp>
#include <ekiden/runtime/simulated/clock.hpp>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <sstream>
#include <string>
#include <vector>

namespace ekiden::ops {
namespace {

using namespace std::chrono_literals;
using runtime::EventSpec;
using runtime::Severity;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::array<std::string_view, 4> kMessage{"queue", "message_id", "reason", "delay_seconds"};
constexpr EventSpec kRetried{"message.retried", Severity::kWarning, kMessage, {}};
constexpr EventSpec kRejected{"message.rejected", Severity::kWarning, kMessage, {}};
constexpr EventSpec kReceived{"messages.received", Severity::kDebug, kMessage, {}};
constexpr EventSpec kStopped{"worker.stopped", Severity::kInfo, kMessage, {}};

/// The text log of events on a simulated clock.
class RepeatsTest : public testing::Test {
 protected:
  RepeatsTest() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC | O_NONBLOCK), 0); }
  ~RepeatsTest() override {
    log_.reset();
    ::close(ends_[0]);
    ::close(ends_[1]);
  }

  void start(Severity level = Severity::kInfo) {
    log_.emplace(events_, clock_, LogOptions{.level = level, .format = LogFormat::kText, .descriptor = ends_[1]});
  }

  void publish(const EventSpec& spec, int message, std::string_view reason, std::string_view queue = "news") {
    const std::string id = "m-" + std::to_string(message);
    events_.publish(spec, {queue, std::string_view(id), reason, static_cast<double>(message)});
  }

  /// Moves the time, and calls what is due.
  void pass(runtime::Duration time) {
    time_.now += time;
    clock_.fire();
  }

  /// The lines since the last call.
  std::vector<std::string> lines() {
    std::string text(1 << 20, '\0');
    const ssize_t size = ::read(ends_[0], text.data(), text.size());
    std::istringstream stream(text.substr(0, size > 0 ? static_cast<std::size_t>(size) : 0));
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) {
      lines.push_back(line.substr(line.find("event=")));
    }
    return lines;
  }

  std::array<int, 2> ends_{};
  runtime::VirtualTime time_;
  runtime::SimulatedClock clock_{time_};
  runtime::Events events_;
  std::optional<Log> log_;
};

// Goal: one cause that hits 1,000 messages in 20 s is logged at once, and then once per interval with the number of
// events, which add up. Regression: 8,003 lines in 20 s.
TEST_F(RepeatsTest, LogsOneCauseOncePerIntervalWithACount) {
  start();
  for (int i = 1; i <= 1'000; ++i) {
    publish(kRetried, i, "sqs.SendMessage failed: AccessDenied (request 5fea7756-0ea4-451a-a703-a558b933e274)");
    pass(20ms);
  }
  pass(10s);
  const std::vector<std::string> logged = lines();
  ASSERT_THAT(logged, SizeIs(3));
  EXPECT_THAT(logged[0], HasSubstr("queue=news message_id=m-1 reason="));
  EXPECT_THAT(logged[1], HasSubstr("queue=news message_id=m-500 repeated=499 reason="));
  EXPECT_THAT(logged[2], HasSubstr("queue=news message_id=m-1000 repeated=500 reason="));
  pass(1min);
  EXPECT_THAT(lines(), SizeIs(0));
  publish(kRetried, 1'001, "sqs.SendMessage failed: AccessDenied (request 11111111-0ea4-451a-a703-a558b933e274)");
  EXPECT_THAT(lines(), ElementsAre(HasSubstr("message_id=m-1001 reason=")));
}

// Goal: an event that repeats once within the interval is logged with its own message id, and without a count.
TEST_F(RepeatsTest, HidesNoEventThatComesTwice) {
  start();
  publish(kRetried, 1, "no luck");
  publish(kRetried, 2, "no luck");
  EXPECT_THAT(lines(), SizeIs(1));
  pass(10s);
  EXPECT_THAT(lines(), ElementsAre("event=message.retried queue=news message_id=m-2 reason=\"no luck\" "
                                   "delay_seconds=2"));
}

// Goal: other causes and other queues are logged at once. A status of three digits is a cause; an id is not.
TEST_F(RepeatsTest, TellsCausesApart) {
  start();
  publish(kRetried, 1, "HTTP status 503");
  publish(kRetried, 2, "HTTP status 500");
  publish(kRetried, 3, "HTTP status 503", "mail");
  publish(kRetried, 4, "order 12345 is unknown");
  EXPECT_THAT(lines(), SizeIs(4));
  publish(kRetried, 5, "order 54321 is unknown");
  EXPECT_THAT(lines(), SizeIs(0));
}

// Goal: the text of a handler's exception can be different for each message. Such texts are limited, too.
TEST_F(RepeatsTest, LimitsTextsThatDifferForEachMessage) {
  start();
  const auto word = [](int i) {
    return std::string(1, static_cast<char>('a' + i % 26)) + static_cast<char>('a' + i / 26);
  };
  for (int i = 0; i < 600; ++i) {
    publish(kRetried, i, "unknown word " + word(i));
  }
  EXPECT_THAT(lines(), SizeIs(Repeats::kCausesMax + 1));
  pass(10s);
  EXPECT_THAT(lines(), ElementsAre(HasSubstr("message_id=m-599 repeated=579 ")));
}

// Goal: the line of a dead letter always appears, because it is the only place that names the message.
TEST_F(RepeatsTest, LogsEachDeadLetter) {
  start();
  for (int i = 0; i < 100; ++i) {
    publish(kRejected, i, "undecodable: no JSON");
  }
  EXPECT_THAT(lines(), SizeIs(100));
}

// Goal: at level debug every event is logged.
TEST_F(RepeatsTest, LogsEverythingAtLevelDebug) {
  start(Severity::kDebug);
  for (int i = 0; i < 100; ++i) {
    publish(kRetried, i, "no luck");
    publish(kReceived, i, "");
  }
  EXPECT_THAT(lines(), SizeIs(200));
}

// Goal: counted events are logged before the last line of the worker, which stays the last; or when the log ends.
TEST_F(RepeatsTest, LogsTheCountsBeforeTheEnd) {
  start();
  for (int i = 1; i <= 3; ++i) {
    publish(kRetried, i, "no luck");
  }
  publish(kStopped, 0, "");
  EXPECT_THAT(lines(), ElementsAre(HasSubstr("m-1"), HasSubstr("m-3 repeated=2"), HasSubstr("event=worker.stopped")));
  publish(kRetried, 4, "no luck");
  log_.reset();
  EXPECT_THAT(lines(), ElementsAre(HasSubstr("m-4 reason")));
}

}  // namespace
}  // namespace ekiden::ops
