/// LiveLine: one line at the foot of a terminal, below all that is said.
#pragma once

#include <string>

namespace ekiden::cli {

/// On standard error. Without a terminal, what is said is all there is.
class LiveLine {
 public:
  LiveLine();
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;
  ~LiveLine();

  bool shown() const { return terminal_; }
  /// Replaces the line, cut to the terminal's width.
  void show(const std::string& text);
  /// Takes it away.
  void clear();
  /// A whole line of text above it.
  void say(const std::string& text);

 private:
  bool terminal_;
  std::string text_;
};

}  // namespace ekiden::cli
