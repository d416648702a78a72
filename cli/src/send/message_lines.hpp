/// MessageLines: a text whose lines are messages.
#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

#include "batch_sending.hpp"

namespace ekiden::cli {

/// Each line is one message, without its line end ("\n" or "\r\n"); empty lines are none.
class MessageLines {
 public:
  /// "-" is standard input. What stands before line `from`, counted from 1, is skipped. Throws app::UsageError if it
  /// cannot be read or has no such line.
  MessageLines(const std::string& path, std::int64_t from);

  /// "standard input", or the path.
  const std::string& name() const { return name_; }
  /// How many messages it has; nothing if only reading them will tell.
  std::optional<std::int64_t> total() const { return total_; }

  /// The next messages that fit into one call, numbered by their lines. Throws std::runtime_error with file, line and
  /// reason at a line that SQS would refuse, or that cannot be read, once all before it have been yielded.
  Batch next_batch();
  /// No message of this line or a later one has been yielded, and each of the lines before.
  std::int64_t next_line() const { return held_.empty() && !failure_ ? number_ + 1 : number_; }

 private:
  void count_lines();
  /// The next message into held_; false at the end, and at a line that is none.
  bool read_line();

  std::string name_;
  bool typed_;
  std::ifstream file_;
  std::int64_t from_;
  std::optional<std::int64_t> total_;
  std::string held_;                    // Read, and not yet in a batch.
  std::int64_t number_ = 0;             // Of the line read last.
  std::optional<std::string> failure_;  // Why that line is no message.
};

}  // namespace ekiden::cli
