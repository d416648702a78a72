/// VfsFile: a file beside the database, through SQLite's VFS, so that it is on the same real or simulated disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace ekiden::local {

/// Used like Database: by one thread at a time.
class VfsFile {
 public:
  /// kDatabase is opened to be read, kBeside to be written, and created if it does not exist. Use VfsFile for a
  /// database only before a Database opens it.
  enum class Kind { kDatabase, kBeside };

  /// `vfs` is the name of a registered SQLite VFS; empty: the default one. `path` of kBeside is that of the database, a
  /// hyphen and a word.
  VfsFile(const std::string& vfs, const std::string& path, Kind kind);
  ~VfsFile();
  VfsFile(const VfsFile&) = delete;
  VfsFile& operator=(const VfsFile&) = delete;

  /// False if it could not be opened. The following then do nothing and fail.
  bool open() const;
  /// In bytes; 0 if it is unknown.
  std::int64_t size() const;
  /// Reads the first bytes; zeros behind the end of the file.
  bool read(char* out, std::size_t bytes) const;
  bool write(std::int64_t offset, std::string_view bytes);
  bool truncate(std::int64_t bytes);

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace ekiden::local
