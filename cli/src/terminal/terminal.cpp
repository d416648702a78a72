#include "terminal.hpp"

#include <ekiden/base/outlet.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "format.hpp"

namespace ekiden::cli {
namespace {

constexpr std::size_t kBarCells = 32;
constexpr double kDrawInterval = 0.05;  // Seconds. The eye does not see a faster rate.

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The Linux console, dumb terminals and locales other than UTF-8 do not show block characters. If no locale is set, or
/// it is C or POSIX, UTF-8 is assumed: containers set none, and their terminals show UTF-8.
bool only_ascii() {
  const std::string_view term = variable("TERM");
  if (term == "linux" || term == "dumb") {
    return true;
  }
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view locale = variable(name);
    if (!locale.empty()) {
      const bool plain = locale == "C" || locale == "POSIX";
      return !plain && locale.find("UTF-8") == std::string_view::npos && locale.find("utf8") == std::string_view::npos;
    }
  }
  return false;
}

}  // namespace

void print(std::string_view text) { base::outlet_of(STDERR_FILENO)->write(text); }

bool is_terminal(std::FILE* stream) { return ::isatty(::fileno(stream)) == 1 && variable("TERM") != "dumb"; }

std::size_t terminal_columns() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return size.ws_col;
  }
  return 100;
}

std::string bar(std::int64_t done, std::int64_t total, std::size_t width, bool ascii) {
  const double share = total <= 0 ? 1.0 : std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0);
  const auto eighths = static_cast<std::size_t>(share * static_cast<double>(width) * 8);
  std::string text;
  for (std::size_t i = 0; i < eighths / 8; ++i) {
    text += ascii ? "#" : "█";
  }
  std::size_t used = eighths / 8;
  if (!ascii && eighths % 8 != 0) {
    constexpr std::array<const char*, 8> kPart{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    text += kPart[eighths % 8];
    ++used;
  }
  return text + std::string(width - used, ' ');
}

ProgressLine::ProgressLine(std::string label, std::int64_t total)
    : label_(std::move(label)), total_(total), terminal_(is_terminal(stderr)), ascii_(only_ascii()) {}

ProgressLine::~ProgressLine() {
  if (dirty_) {
    print("\n");
  }
}

std::string ProgressLine::line(std::int64_t done, double seconds) const {
  const std::string counts = grouped(done) + "/" + grouped(total_);
  std::string text = " " + label_ + "   ";
  if (terminal_) {
    const std::size_t rest = columns_of(text) + 2 * grouped(total_).size() + 45;
    const std::size_t columns = terminal_columns();
    const std::size_t cells = columns > rest ? std::min(kBarCells, columns - rest) : 0;
    text += bar(done, total_, cells, ascii_) + " ";
  }
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  text += right(counts, 2 * grouped(total_).size() + 1) + "   " + right(grouped(static_cast<std::int64_t>(rate)), 7) +
          "/s   " + right(fixed(seconds, 1), 5) + " s";
  return text;
}

void ProgressLine::draw(const std::string& text, bool last) {
  if (label_.empty()) {
    return;
  }
  if (terminal_) {
    // Carriage return, text, erase to the end of the line (ECMA-48, EL).
    print("\r" + text + "\x1b[K" + (last ? "\n" : ""));
  } else {
    print(text + "\n");
  }
  dirty_ = terminal_ && !last;
}

void ProgressLine::update(std::int64_t done, double seconds) {
  if (terminal_) {
    if (seconds >= next_draw_) {
      draw(line(done, seconds), false);
      next_draw_ = seconds + kDrawInterval;
    }
  } else if (seconds >= next_plain_) {
    draw(line(done, seconds), true);
    next_plain_ = seconds + 10;
  }
}

void ProgressLine::finish(std::int64_t done, double seconds, const std::string& word) {
  draw(line(done, seconds) + "   " + word, true);
}

void ProgressLine::note(const std::string& text) { draw(" " + label_ + "   " + text, true); }

void ProgressLine::remark(const std::string& text) {
  if (terminal_) {
    draw(" " + label_ + "   " + text, false);
  }
}

}  // namespace ekiden::cli
