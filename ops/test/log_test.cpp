#include <ekiden/ops/log.hpp>
#include <ekiden/runtime/simulated/clock.hpp>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "web/json_object.hpp"

namespace ekiden::ops {
namespace {

using runtime::EventSpec;
using runtime::Severity;

constexpr std::array<std::string_view, 5> kFields{"delay_seconds", "queue", "error", "message_id", "last"};
constexpr EventSpec kRetried{"message.retried", Severity::kWarning, kFields, {}};
constexpr std::array<std::string_view, 2> kFew{"queue", "count"};
constexpr EventSpec kReceived{"messages.received", Severity::kDebug, kFew, {}};
constexpr std::array<std::string_view, 2> kOwnVersion{"version", "status"};
constexpr std::array<std::string_view, 1> kMessageOnly{"message_id"};
constexpr EventSpec kRejected{"message.rejected", Severity::kWarning, kMessageOnly, {}};
constexpr EventSpec kStarted{"worker.started", Severity::kInfo, kOwnVersion, {}};

/// A log that writes to a pipe, on the simulated clock (midnight of 2016-12-19).
class LogTest : public testing::Test {
 protected:
  LogTest() {
    EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC | O_NONBLOCK), 0);
    time_.now += std::chrono::milliseconds(1234);
  }
  ~LogTest() override {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }

  /// The text that is written while `publish` runs.
  template <typename Publish>
  std::string written(LogFormat format, Severity level, Publish publish) {
    Log log(events_, clock_, {.level = level, .format = format, .version = "1.2.3", .descriptor = ends_[1]});
    publish();
    std::array<char, 65536> buffer;
    const ssize_t size = ::read(ends_[0], buffer.data(), buffer.size());
    return {buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  }
  std::string retried(LogFormat format, std::string_view error, std::string_view last = "") {
    return written(format, Severity::kDebug, [&] { events_.publish(kRetried, {1.5, "news", error, "m-1", last}); });
  }

  std::array<int, 2> ends_{};
  runtime::VirtualTime time_;
  runtime::SimulatedClock clock_{time_};
  runtime::Events events_;
};

// Goal: a text line has these names in this order, because operators grep them.
TEST_F(LogTest, WritesKeysAndValuesAsText) {
  EXPECT_EQ(retried(LogFormat::kText, "no luck"),
            "ts=2016-12-19T00:00:01.234Z level=warning event=message.retried queue=news version=1.2.3 message_id=m-1 "
            "delay_seconds=1.5 error=\"no luck\"\n");
}

// Goal: a JSON line has the same names, and numbers stay numbers.
TEST_F(LogTest, WritesTheSameNamesAsJson) {
  EXPECT_EQ(retried(LogFormat::kJson, "no luck"),
            R"({"ts":"2016-12-19T00:00:01.234Z","level":"warning","event":"message.retried","queue":"news",)"
            R"("version":"1.2.3","message_id":"m-1","delay_seconds":1.5,"error":"no luck"})"
            "\n");
}

// Goal: a JSON line names the task, because many tasks share a log; a text line does not.
TEST_F(LogTest, NamesTheTaskInJson) {
  const auto line = [this](LogFormat format) {
    Log log(events_, clock_, {.format = format, .version = "1.2.3", .task = "0123abcd", .descriptor = ends_[1]});
    events_.publish(kRetried, {1.5, "news", "x", "m-1", ""});
    std::array<char, 1024> buffer;
    const ssize_t size = ::read(ends_[0], buffer.data(), buffer.size());
    return std::string(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  };
  EXPECT_NE(line(LogFormat::kJson).find(R"("version":"1.2.3","task":"0123abcd","message_id":"m-1")"),
            std::string::npos);
  EXPECT_EQ(line(LogFormat::kText).find("0123abcd"), std::string::npos);
}

// Goal: `auto` writes JSON to a pipe and text to a terminal (here a pseudo-terminal).
TEST_F(LogTest, ChoosesTextOnATerminalAndJsonElsewhere) {
  EXPECT_EQ(retried(LogFormat::kAuto, "x").front(), '{');

  const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  ASSERT_GE(terminal, 0);
  ASSERT_EQ(::grantpt(terminal), 0);
  ASSERT_EQ(::unlockpt(terminal), 0);
  std::array<char, 128> name;
  ASSERT_EQ(::ptsname_r(terminal, name.data(), name.size()), 0);
  const int user_side = ::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_GE(user_side, 0);
  {
    Log log(events_, clock_, {.version = "1.2.3", .descriptor = user_side});
    events_.publish(kRetried, {1.5, "news", "x", "m-1", ""});
  }
  std::array<char, 256> line;
  ASSERT_GT(::read(terminal, line.data(), line.size()), 0);
  EXPECT_EQ(std::string_view(line.data(), 3), "ts=");
  ::close(user_side);
  ::close(terminal);
}

// Goal: an error text from outside cannot end its line, forge a key, send control codes to a terminal or break the
// JSON.
TEST_F(LogTest, EscapesWhatValuesBring) {
  const std::string hostile = "a\nevent=x \"q\" \\ \x1b[2J \xff \xe2\x80\xae caf\xc3\xa9";
  const std::string escaped = R"("a\nevent=x \"q\" \\ \u001b[2J )"
                              "\xEF\xBF\xBD"
                              R"( \u202e caf)"
                              "\xc3\xa9\"";
  EXPECT_NE(retried(LogFormat::kText, hostile).find(" error=" + escaped), std::string::npos);
  const std::string json = retried(LogFormat::kJson, hostile);
  EXPECT_NE(json.find("\"error\":" + escaped), std::string::npos);
  EXPECT_TRUE(is_json_object(json));
}

// Goal: events below the level are not logged.
TEST_F(LogTest, LeavesLesserEventsOut) {
  const auto publish = [this] { events_.publish(kReceived, {"news", std::int64_t{10}}); };
  EXPECT_EQ(written(LogFormat::kText, Severity::kInfo, publish), "");
  EXPECT_NE(written(LogFormat::kText, Severity::kDebug, publish), "");
}

// Goal: however long its values are, a line is well-formed and short enough for one atomic write.
TEST_F(LogTest, CutsLongValuesAndLines) {
  const std::string longer(Log::kValueMax + 1, 'x');
  const std::string cut = "\"" + std::string(Log::kValueMax - 3, 'x') + "...\"";
  EXPECT_NE(retried(LogFormat::kJson, longer).find("\"error\":" + cut), std::string::npos);

  static constexpr std::array<std::string_view, 6> kMany{"a", "b", "c", "d", "e", "f"};
  static constexpr EventSpec kHuge{"huge", Severity::kInfo, kMany, {}};
  for (const LogFormat format : {LogFormat::kJson, LogFormat::kText}) {
    const std::string line = written(format, Severity::kInfo,
                                     [&] { events_.publish(kHuge, {longer, longer, longer, longer, longer, "kept"}); });
    EXPECT_LE(line.size(), Log::kLineMax);
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_NE(line.find("kept"), std::string::npos);
    EXPECT_EQ(is_json_object(line), format == LogFormat::kJson);
  }
}

// Goal: the line of an event that has a field `version` contains it once.
TEST_F(LogTest, NamesTheVersionOnce) {
  EXPECT_EQ(written(LogFormat::kText, Severity::kInfo, [this] { events_.publish(kStarted, {"9.9", std::int64_t{0}}); }),
            "ts=2016-12-19T00:00:01.234Z level=info event=worker.started version=9.9 status=0\n");
}

// Goal: if the reader of the log has gone, lines are lost but the worker goes on.
TEST_F(LogTest, DropsLinesThatCannotBeWritten) {
  Log log(events_, clock_, {.version = "1.2.3", .descriptor = -1});
  EXPECT_NO_THROW(events_.publish(kStarted, {"9.9", std::int64_t{0}}));
}

// Goal: when nobody reads the log, the loop goes on and the log counts what it drops. When there is room again, one
// line has the number. Regression: the loop stopped after 302 lines.
TEST_F(LogTest, DropsTheOldestLinesWhenNobodyReads) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);  // In blocking mode, as a program inherits it.
  constexpr int kMany = 20'000;
  Log log(events_, clock_, {.format = LogFormat::kText, .version = "1.2.3", .descriptor = ends[1]});
  for (int i = 1; i <= kMany; ++i) {
    const std::string message = "m-" + std::to_string(i);
    events_.publish(kRejected, {std::string_view(message)});
  }
  const std::uint64_t dropped = log.dropped();
  EXPECT_GT(dropped, 0U);

  std::string text;
  std::array<char, 65536> buffer;
  while (!text.ends_with("message_id=m-20000\n")) {
    const ssize_t size = ::read(ends[0], buffer.data(), buffer.size());
    ASSERT_GT(size, 0);
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  const std::string notice = " level=warning event=log.dropped version=1.2.3 count=" + std::to_string(dropped) + "\n";
  const std::size_t at = text.find(notice);
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(text.find("log.dropped", at + notice.size()), std::string::npos);
  EXPECT_EQ(std::ranges::count(text, '\n'), static_cast<std::ptrdiff_t>(kMany - dropped + 1));
  ::close(ends[0]);
  ::close(ends[1]);
}

// Goal: the parsers accept the level and format names that are written, and nothing else.
TEST(LogWordsTest, ReadsWhatItWrites) {
  for (const Severity each : {Severity::kDebug, Severity::kInfo, Severity::kWarning, Severity::kError}) {
    EXPECT_EQ(parse_level(level_name(each)), each);
  }
  EXPECT_EQ(parse_level("loud"), std::nullopt);
  EXPECT_EQ(parse_log_format("json"), LogFormat::kJson);
  EXPECT_EQ(parse_log_format("xml"), std::nullopt);
}

}  // namespace
}  // namespace ekiden::ops
