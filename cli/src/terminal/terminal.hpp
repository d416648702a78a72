/// The terminal: its properties, and a progress line.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace ekiden::cli {

/// Writes to standard error as it is, without a line end, and without waiting for the terminal (base::Outlet).
void print(std::string_view text);

/// True if the stream is a terminal that can move its cursor.
bool is_terminal(std::FILE* stream);

/// The width of the terminal on standard error; 100 if it is unknown.
std::size_t terminal_columns();

/// A bar of `width` cells, filled in the ratio of `done` to `total`: with block characters, or with # if `ascii`.
std::string bar(std::int64_t done, std::int64_t total, std::size_t width, bool ascii);

/// The progress of one piece of work, on standard error. On a terminal it is one line, which is redrawn. Otherwise it
/// prints a line every 10 s and a last one, so that a log stays short.
class ProgressLine {
 public:
  /// `label` is shown before the bar; the caller pads it. With an empty label nothing is shown.
  ProgressLine(std::string label, std::int64_t total);
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();

  /// `seconds` since the start. Can be called at any rate: it draws at most 20 times a second.
  void update(std::int64_t done, double seconds);
  /// Prints the last state, with a word at the end ("verified"), and ends the line.
  void finish(std::int64_t done, double seconds, const std::string& word);
  /// Shows a text instead of the bar for the moment: "filling the queue". Does nothing without a terminal.
  void remark(const std::string& text);
  /// Prints a line that stays above the bar, such as the reason why nothing happens.
  void note(const std::string& text);

 private:
  std::string line(std::int64_t done, double seconds) const;
  void draw(const std::string& text, bool last);

  std::string label_;
  std::int64_t total_;
  bool terminal_;
  bool ascii_;
  bool dirty_ = false;
  double next_draw_ = 0;
  double next_plain_ = 10;
};

}  // namespace ekiden::cli
