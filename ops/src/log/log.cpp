// The only source that includes spdlog, which is slow to compile.
#include <ekiden/ops/log.hpp>

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <array>
#include <mutex>
#include <utility>

#include "log_line.hpp"
#include "write_whole.hpp"

namespace ekiden::ops {
namespace {

using runtime::Severity;

constexpr std::array<std::pair<Severity, std::string_view>, 4> kLevels{{{Severity::kDebug, "debug"},
                                                                        {Severity::kInfo, "info"},
                                                                        {Severity::kWarning, "warning"},
                                                                        {Severity::kError, "error"}}};
constexpr std::array<std::pair<LogFormat, std::string_view>, 3> kFormats{
    {{LogFormat::kAuto, "auto"}, {LogFormat::kText, "text"}, {LogFormat::kJson, "json"}}};

spdlog::level::level_enum spdlog_level(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return spdlog::level::debug;
    case Severity::kInfo:
      return spdlog::level::info;
    case Severity::kWarning:
      return spdlog::level::warn;
    case Severity::kError:
      break;
  }
  return spdlog::level::err;
}

/// Writes each line with one write(2). spdlog's own sinks use stdio's buffer, which can split lines, so that lines of
/// several processes mix.
class DescriptorSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit DescriptorSink(int descriptor) : descriptor_(descriptor) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    line_.clear();
    formatter_->format(message, line_);
    write_whole(descriptor_, {line_.data(), line_.size()});
  }
  void flush_() override {}

 private:
  int descriptor_;
  spdlog::memory_buf_t line_;
};

}  // namespace

class Log::Writer {
 public:
  Writer(const runtime::Clock& clock, LogOptions options)
      : clock_(clock),
        options_(std::move(options)),
        style_(style(options_)),
        logger_("ekiden", std::make_shared<DescriptorSink>(options_.descriptor)) {
    logger_.set_pattern("%v");
    logger_.set_level(spdlog_level(options_.level));
  }

  void write(const runtime::Event& event) {
    if (event.spec.severity < options_.level) {
      return;
    }
    const runtime::WallTime time = clock_.wall_now();
    write_line(line_, style_, event, time, {options_.version, options_.task});
    logger_.log(std::chrono::time_point_cast<spdlog::log_clock::duration>(time), spdlog::source_loc{},
                spdlog_level(event.spec.severity), spdlog::string_view_t(line_.data(), line_.size()));
  }

 private:
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
  spdlog::logger logger_;
};

Log::Log(runtime::Events& events, const runtime::Clock& clock, LogOptions options)
    : writer_(std::make_unique<Writer>(clock, std::move(options))),
      subscription_(events.subscribe([writer = writer_.get()](const runtime::Event& event) { writer->write(event); })) {
}

Log::~Log() = default;

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
