#include "repeats.hpp"

#include <ekiden/base/ascii.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace ekiden::ops {
namespace {

constexpr std::array<std::string_view, 6> kEach{"message.rejected",  "message.reject_delayed", "message.dropped",
                                                "message.abandoned", "worker.failed",          "worker.stopped"};
constexpr std::size_t kShortWord = 3;  // Longer ones with digits are ids, times or sizes; "503" is a cause.
constexpr std::size_t kCauseMax = 512;

bool in_word(char c) { return base::is_alphanumeric(c) || c == '-' || c == '_'; }

/// Appends the text; each long word that contains a digit becomes '#'.
void append_without_ids(std::string& out, std::string_view text) {
  while (!text.empty() && out.size() < kCauseMax) {
    const auto end = std::ranges::find_if_not(text, in_word);
    const auto size = static_cast<std::size_t>(end - text.begin());
    const std::string_view word = text.substr(0, size);
    if (size > kShortWord && std::ranges::any_of(word, base::is_digit)) {
      out += '#';
    } else {
      out += word;
    }
    text.remove_prefix(size);
    if (!text.empty()) {
      out += text.front();
      text.remove_prefix(1);
    }
  }
}

void write_cause(std::string& cause, const runtime::Event& event) {
  cause.clear();
  for (std::size_t i = 0; i < event.values.size(); ++i) {
    const std::string_view name = event.spec.fields[i];
    const auto* const text = std::get_if<std::string_view>(&event.values[i]);
    if (text == nullptr || name == "message_id" || name == "request_id") {
      continue;
    }
    if (name == "reason" || name == "error") {
      append_without_ids(cause, *text);
    } else {
      cause += *text;
    }
    cause += '\n';
  }
}

}  // namespace

bool Repeats::admit(const runtime::Event& event) {
  if (event.spec.severity == runtime::Severity::kDebug || std::ranges::find(kEach, event.spec.name) != kEach.end()) {
    return true;
  }
  write_cause(cause_, event);
  Causes& causes = causes_[event.spec.name];
  auto found = causes.find(cause_);
  if (found == causes.end() && causes.size() >= kCausesMax) {
    cause_.clear();
    found = causes.find(cause_);
  }
  if (found == causes.end()) {
    const runtime::TimePoint due = clock_.now() + kInterval;
    causes[cause_].due = due;
    if (!alarm_.armed()) {  // Otherwise it is armed for an earlier entry.
      arm(due);
    }
    return true;
  }
  Entry& entry = found->second;
  format_(entry.line, event, ++entry.held);
  return false;
}

void Repeats::flush() {
  for (auto& [name, causes] : causes_) {
    for (auto& [cause, entry] : causes) {
      write_held(entry);
    }
  }
}

void Repeats::write_held(Entry& entry) {
  if (std::exchange(entry.held, 0) > 0) {
    write_(entry.line);
  }
}

void Repeats::arm(runtime::TimePoint when) {
  alarm_ = clock_.call_at(when, [this] { fire(); });
}

void Repeats::fire() {
  const runtime::TimePoint now = clock_.now();
  std::optional<runtime::TimePoint> next;
  for (auto& [name, causes] : causes_) {
    for (auto each = causes.begin(); each != causes.end();) {
      Entry& entry = each->second;
      if (entry.due <= now && entry.held == 0) {
        each = causes.erase(each);
        continue;
      }
      if (entry.due <= now) {
        write_held(entry);
        entry.due = now + kInterval;
      }
      next = next ? std::min(*next, entry.due) : entry.due;
      ++each;
    }
  }
  alarm_.cancel();
  if (next) {
    arm(*next);
  }
}

}  // namespace ekiden::ops
