/// LiveLine: one line at the bottom of a terminal, below all other output.
#pragma once

#include <string>

namespace ekiden::cli {

/// Writes to standard error. Without a terminal only say() prints.
class LiveLine {
 public:
  LiveLine();
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;
  ~LiveLine();

  bool shown() const { return terminal_; }
  /// Replaces the line. Text that is wider than the terminal is not shown.
  void show(const std::string& text);
  /// Removes the line.
  void clear();
  /// Prints a line of text above it.
  void say(const std::string& text);

 private:
  bool terminal_;
  std::string text_;
};

}  // namespace ekiden::cli
