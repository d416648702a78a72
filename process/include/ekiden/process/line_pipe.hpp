/// LinePipe: reads the output of a child line by line.
#pragma once

#include <ekiden/runtime/task.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>

#include <functional>
#include <optional>
#include <string>

namespace ekiden::process {

/// A pipe whose writing end goes to a child (ProgramSpec::output or ::inherited). Lines are cut to kLineMax bytes.
class LinePipe {
 public:
  static constexpr std::size_t kLineMax = 16 * 1024;
  using OnLine = std::function<void(const std::string& line)>;

  /// Throws std::system_error.
  explicit LinePipe(runtime::Executor executor);
  LinePipe(const LinePipe&) = delete;
  LinePipe& operator=(const LinePipe&) = delete;
  ~LinePipe();

  int writing_end() const { return writing_end_; }
  /// Call it after the start of the child, which has its own copy. Otherwise read() never returns.
  void close_writing_end();

  /// Calls `on_line` for each line, without its line end, until the last writer has closed the pipe.
  runtime::Task<> read(OnLine on_line);

 private:
  boost::asio::posix::stream_descriptor reading_end_;
  int writing_end_ = -1;
};

}  // namespace ekiden::process
