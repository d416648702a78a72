#include "output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <sstream>
#include <system_error>

namespace ekiden::cli {

OutputFile::OutputFile() {
  const char* folder = std::getenv("TMPDIR");
  std::string path = std::string(folder == nullptr ? "/tmp" : folder) + "/ekiden-XXXXXX";
  descriptor_ = ::mkostemp(path.data(), O_CLOEXEC | O_APPEND);
  if (descriptor_ < 0) {
    throw std::system_error(errno, std::generic_category(), "cannot create " + path);
  }
  ::unlink(path.c_str());
}

OutputFile::~OutputFile() { ::close(descriptor_); }

std::vector<std::string> OutputFile::tail(std::size_t count) const {
  constexpr off_t kBytesMax = 64 * 1024;
  struct stat facts{};
  ::fstat(descriptor_, &facts);
  const off_t start = std::max<off_t>(0, facts.st_size - kBytesMax);
  std::string text(static_cast<std::size_t>(facts.st_size - start), '\0');
  const ssize_t got = ::pread(descriptor_, text.data(), text.size(), start);
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(std::move(line));
  }
  if (lines.size() > count) {
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(count));
  }
  return lines;
}

std::string OutputFile::last_words() const {
  constexpr std::size_t kLines = 12;
  std::string text;
  for (const std::string& line : tail(kLines)) {
    text.append("\n  ").append(line);
  }
  return text;
}

}  // namespace ekiden::cli
