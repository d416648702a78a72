// The only source that includes spdlog, which is slow to compile.
#include <ekiden/base/outlet.hpp>
#include <ekiden/ops/events.hpp>
#include <ekiden/ops/log.hpp>

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <array>
#include <initializer_list>
#include <mutex>
#include <utility>

#include "log_line.hpp"
#include "repeats.hpp"

namespace ekiden::ops {
namespace {

using runtime::Severity;

constexpr std::array<std::pair<Severity, std::string_view>, 4> kLevels{{{Severity::kDebug, "debug"},
                                                                        {Severity::kInfo, "info"},
                                                                        {Severity::kWarning, "warning"},
                                                                        {Severity::kError, "error"}}};
constexpr std::array<std::pair<LogFormat, std::string_view>, 3> kFormats{
    {{LogFormat::kAuto, "auto"}, {LogFormat::kText, "text"}, {LogFormat::kJson, "json"}}};

/// Passes each line whole to the Outlet. spdlog's own sinks use stdio's buffer, which can split lines, so that lines of
/// several processes mix; and they wait for the reader.
class OutletSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit OutletSink(std::shared_ptr<base::Outlet> outlet) : outlet_(std::move(outlet)) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    line_.clear();
    formatter_->format(message, line_);
    outlet_->write({line_.data(), line_.size()});
  }
  void flush_() override {}

 private:
  std::shared_ptr<base::Outlet> outlet_;
  spdlog::memory_buf_t line_;
};

}  // namespace

class Log::Writer {
 public:
  Writer(runtime::Clock& clock, LogOptions options)
      : clock_(clock),
        options_(std::move(options)),
        style_(style(options_)),
        outlet_(base::outlet_of(options_.descriptor)),
        logger_("ekiden", std::make_shared<OutletSink>(outlet_)),
        repeats_(
            clock,
            [this](std::string& line, const runtime::Event& event, std::uint64_t repeated) {
              format(line, event, repeated);
            },
            [this](const std::string& line) { log(line); }) {
    logger_.set_pattern("%v");
    outlet_->set_notice([this](std::uint64_t dropped) { return notice(dropped); });
  }
  ~Writer() {
    repeats_.flush();
    outlet_->flush();
    outlet_->set_notice({});
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void write(const runtime::Event& event) {
    if (event.spec.severity < options_.level) {
      return;
    }
    if (options_.level != Severity::kDebug && !repeats_.admit(event)) {
      return;
    }
    if (ends_the_log(event.spec.name)) {
      repeats_.flush();
    }
    format(line_, event, 1);
    log(line_);
  }

  std::uint64_t dropped() const { return outlet_->dropped(); }

 private:
  /// These stay the last line of a worker.
  static bool ends_the_log(std::string_view name) { return name == "worker.failed" || name == "worker.stopped"; }

  void format(std::string& line, const runtime::Event& event, std::uint64_t repeated) const {
    write_line(line, style_, event, clock_.wall_now(), {options_.version, options_.task, repeated});
  }

  void log(const std::string& line) { logger_.log(spdlog::level::critical, line); }

  /// Called from any thread: it uses only what never changes, and the wall time.
  std::string notice(std::uint64_t dropped) const {
    const std::initializer_list<runtime::Value> values{static_cast<std::int64_t>(dropped)};
    const runtime::Event event{events::kLogDropped, std::span<const runtime::Value>(values.begin(), values.size())};
    std::string line;
    format(line, event, 1);
    return line + "\n";
  }

  static LineStyle style(const LogOptions& options) {
    if (options.format == LogFormat::kAuto) {
      return ::isatty(options.descriptor) != 0 ? LineStyle::kText : LineStyle::kJson;
    }
    return options.format == LogFormat::kText ? LineStyle::kText : LineStyle::kJson;
  }

  const runtime::Clock& clock_;
  LogOptions options_;
  LineStyle style_;
  std::string line_;  // Reused, so that a line costs no allocation.
  std::shared_ptr<base::Outlet> outlet_;
  spdlog::logger logger_;
  Repeats repeats_;
};

Log::Log(runtime::Events& events, runtime::Clock& clock, LogOptions options)
    : writer_(std::make_unique<Writer>(clock, std::move(options))),
      subscription_(events.subscribe([writer = writer_.get()](const runtime::Event& event) { writer->write(event); })) {
}

Log::~Log() = default;

std::uint64_t Log::dropped() const { return writer_->dropped(); }

std::string_view level_name(Severity severity) { return kLevels[static_cast<std::size_t>(severity)].second; }

std::optional<Severity> parse_level(std::string_view text) {
  for (const auto& [severity, name] : kLevels) {
    if (name == text) {
      return severity;
    }
  }
  return std::nullopt;
}

std::optional<LogFormat> parse_log_format(std::string_view text) {
  for (const auto& [format, name] : kFormats) {
    if (name == text) {
      return format;
    }
  }
  return std::nullopt;
}

}  // namespace ekiden::ops
