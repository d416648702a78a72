/// OutputFile: keeps the logs of workers, for an error message that shows their end.
#pragma once

#include <string>
#include <vector>

namespace ekiden::cli {

/// A temporary file without a name, which the system removes with the process. Several workers can append to it.
class OutputFile {
 public:
  /// Throws std::system_error.
  OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();

  int descriptor() const { return descriptor_; }
  /// The last `count` lines.
  std::vector<std::string> tail(std::size_t count) const;
  /// The last 12 lines, to append to an error message: each on a new line, indented.
  std::string last_words() const;

 private:
  int descriptor_ = -1;
};

}  // namespace ekiden::cli
