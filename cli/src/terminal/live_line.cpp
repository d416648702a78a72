#include "live_line.hpp"

#include <cstdio>

#include "format.hpp"
#include "terminal.hpp"

namespace ekiden::cli {

LiveLine::LiveLine() : terminal_(is_terminal(stderr)) {}

LiveLine::~LiveLine() { clear(); }

void LiveLine::show(const std::string& text) {
  if (!terminal_ || text == text_) {
    return;
  }
  text_ = columns_of(text) < terminal_columns() ? text : "";
  // Carriage return, text, erase to the end of the line (ECMA-48, EL).
  std::fprintf(stderr, "\r%s\x1b[K", text_.c_str());
  std::fflush(stderr);
}

void LiveLine::clear() {
  if (!text_.empty()) {
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
    text_.clear();
  }
}

void LiveLine::say(const std::string& text) {
  const std::string line = text_;
  clear();
  std::fprintf(stderr, "%s\n", text.c_str());
  show(line);
}

}  // namespace ekiden::cli
