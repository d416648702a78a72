/// The terminal: whether there is one, and a line that is drawn again and again.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace ekiden::cli {

/// True if the stream is a terminal that can move its cursor.
bool is_terminal(std::FILE* stream);

/// How wide the terminal of standard error is; 100 where nobody knows.
std::size_t terminal_columns();

/// A bar of `width` cells, `done` of `total` full: block characters with eighths, or # where only ASCII is safe.
std::string bar(std::int64_t done, std::int64_t total, std::size_t width, bool ascii);

/// The progress of one piece of work on standard error. On a terminal one line, drawn over; else only its last state,
/// and a line each ten seconds, so that a log stays short.
class ProgressLine {
 public:
  /// `label` stands before the bar, padded by its owner. Without one nothing is shown.
  ProgressLine(std::string label, std::int64_t total);
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();

  /// `seconds` since the start. May be called as often as one likes: it draws 20 times a second.
  void update(std::int64_t done, double seconds);
  /// The last state, with a word at the end ("verified"), and the line is over.
  void finish(std::int64_t done, double seconds, const std::string& word);
  /// A passing remark in place of the bar: "filling the queue". Not shown without a terminal.
  void remark(const std::string& text);
  /// A line that stays, above the bar: why nothing moves.
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
