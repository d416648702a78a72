#include "log_line.hpp"

#include <ekiden/base/ascii.hpp>
#include <ekiden/base/calendar.hpp>
#include <ekiden/base/json/quote.hpp>
#include <ekiden/base/json/writer.hpp>
#include <ekiden/ops/log.hpp>

#include <algorithm>
#include <array>

namespace ekiden::ops {
namespace {

using base::JsonWriter;
using runtime::Value;

/// The fields that come first, in this order, so that they are easy to find.
constexpr std::array<std::string_view, 5> kFirst{"queue", "version", "task", "message_id", "request_id"};

/// The characters besides letters and digits that a value without quotes can contain.
constexpr std::string_view kMarks = "_-./:@%+,;~#*()[]{}<>?!&|^$'";

bool plain(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return base::is_alphanumeric(c) || kMarks.find(c) != kMarks.npos; });
}

class Line {
 public:
  Line(std::string& out, LineStyle style) : out_(out), style_(style) { out_.clear(); }

  void field(std::string_view name, const Value& value) {
    const std::size_t before = out_.size();
    key(name);
    std::visit([this](const auto& held) { put(held); }, value);
    if (out_.size() > Log::kLineMax - 2) {  // Room for the closing brace and the line's end.
      out_.resize(before);
    }
  }

  void time(runtime::WallTime time) {
    key("ts");
    out_ += style_ == LineStyle::kJson ? "\"" : "";
    base::append_iso_time(out_, time);
    out_ += style_ == LineStyle::kJson ? "\"" : "";
  }

  void end() {
    if (style_ == LineStyle::kJson) {
      out_ += '}';
    }
  }

 private:
  void key(std::string_view name) {
    if (style_ == LineStyle::kJson) {
      out_ += out_.empty() ? '{' : ',';
      base::append_json_quoted(out_, name);
      out_ += ':';
    } else {
      out_ += out_.empty() ? "" : " ";
      out_ += name;
      out_ += '=';
    }
  }

  void put(std::string_view text) {
    if (style_ == LineStyle::kText && plain(text) && text.size() <= Log::kValueMax) {
      out_ += text;
    } else {
      base::append_printable_quoted(out_, text, Log::kValueMax);
    }
  }
  void put(std::int64_t number) { JsonWriter::append_number(out_, number); }
  void put(double number) { JsonWriter::append_number(out_, number); }
  void put(bool truth) { out_ += truth ? "true" : "false"; }

  std::string& out_;
  LineStyle style_;
};

bool says_nothing(const Value& value) {
  const auto* text = std::get_if<std::string_view>(&value);
  return text != nullptr && text->empty();
}

}  // namespace

void write_line(std::string& line, LineStyle style, const runtime::Event& event, runtime::WallTime time,
                const Author& author) {
  const Value version(author.version);
  const Value task(style == LineStyle::kJson ? author.task : std::string_view());
  Line out(line, style);
  out.time(time);
  out.field("level", level_name(event.spec.severity));
  out.field("event", event.spec.name);
  for (const std::string_view name : kFirst) {
    const Value* value = event.find(name);
    if (value == nullptr && name == "version") {
      value = &version;
    }
    if (value == nullptr && name == "task") {
      value = &task;
    }
    if (value != nullptr && !says_nothing(*value)) {
      out.field(name, *value);
    }
  }
  if (author.repeated > 1) {
    out.field("repeated", static_cast<std::int64_t>(author.repeated));
  }
  for (std::size_t i = 0; i < event.values.size(); ++i) {
    const std::string_view name = event.spec.fields[i];
    if (std::ranges::find(kFirst, name) == kFirst.end() && !says_nothing(event.values[i])) {
      out.field(name, event.values[i]);
    }
  }
  out.end();
}

}  // namespace ekiden::ops
