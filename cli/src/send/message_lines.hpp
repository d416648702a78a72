/// MessageLines: reads messages from a text, one per line.
#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>

#include "batch_sending.hpp"

namespace ekiden::cli {

/// A line that cannot be sent. The text names the file, the line and the reason.
class LineError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Each line is one message, without its line end ("\n" or "\r\n"). Empty lines are skipped.
class MessageLines {
 public:
  /// "-" is standard input. Skips the lines before line `from`, which counts from 1. Throws app::UsageError if the file
  /// cannot be read or has fewer lines.
  MessageLines(const std::string& path, std::int64_t from);

  /// "standard input", or the path.
  const std::string& name() const { return name_; }
  /// The number of messages; nothing for a pipe or standard input, which cannot be counted in advance.
  std::optional<std::int64_t> total() const { return total_; }

  /// Returns the next messages that fit into one call, numbered by their lines. At a line that SQS would reject, or
  /// that cannot be read, it first returns all earlier messages, then throws LineError.
  Batch next_batch();
  /// The first line whose message next_batch() has not returned; all earlier messages have been returned.
  std::int64_t next_line() const { return held_.empty() && !failure_ ? number_ + 1 : number_; }

 private:
  void count_lines();
  /// Reads the next message into held_. Returns false at the end and at a line that SQS would reject.
  bool read_line();

  std::string name_;
  bool typed_;
  std::ifstream file_;
  std::int64_t from_;
  std::optional<std::int64_t> total_;
  std::string held_;                    // A message that was read, but is not yet in a batch.
  std::int64_t number_ = 0;             // The number of the line read last.
  std::optional<std::string> failure_;  // Why that line cannot be sent.
};

}  // namespace ekiden::cli
