#include "live_line.hpp"

#include <ekiden/base/outlet.hpp>

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
  print("\r" + text_ + "\x1b[K");
}

void LiveLine::clear() {
  if (!text_.empty()) {
    print("\r\x1b[K");
    text_.clear();
  }
}

void LiveLine::say(const std::string& text) {
  const std::string line = text_;
  clear();
  base::say(text);
  show(line);
}

}  // namespace ekiden::cli
