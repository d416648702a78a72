/// OutputFile: where workers' logs go while nobody wants to read them.
#pragma once

#include <string>
#include <vector>

namespace ekiden::cli {

/// A file without a name, gone with the process; several workers may append to it.
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
  /// The last dozen as they are shown under an error: each on a line of its own, indented.
  std::string last_words() const;

 private:
  int descriptor_ = -1;
};

}  // namespace ekiden::cli
