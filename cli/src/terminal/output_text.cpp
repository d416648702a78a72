#include "output_text.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace ekiden::cli {

namespace {

// The errno with which opening the file for writing would fail; 0 if it would succeed. Does not open the file: that
// would end a pipe for its reader, and leave an empty file behind if the run fails later.
int obstacle_to(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return EISDIR;
  }
  if (std::filesystem::exists(path, ignored)) {
    return ::access(path.c_str(), W_OK) == 0 ? 0 : errno;
  }
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  if (std::filesystem::exists(folder, ignored) && !std::filesystem::is_directory(folder, ignored)) {
    return ENOTDIR;
  }
  return ::access(folder.c_str(), W_OK | X_OK) == 0 ? 0 : errno;
}

}  // namespace

void require_writable(const app::Options& options, const FileOption& name) {
  if (!options.has(name) || options.get(name) == "-") {
    return;
  }
  if (const int obstacle = obstacle_to(options.get(name)); obstacle != 0) {
    throw app::UsageError(options.named(name) + ": cannot write " + options.get(name) + ": " + std::strerror(obstacle) +
                          "; name a file in a folder in which you can write");
  }
}

void write_text(const std::string& path, const std::string& text) {
  if (path == "-") {
    std::fputs(text.c_str(), stdout);
    return;
  }
  std::ofstream file(path);
  file << text;
  if (!file.flush()) {
    throw std::runtime_error("cannot write " + path + ": " + std::strerror(errno));
  }
}

}  // namespace ekiden::cli
