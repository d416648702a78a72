#include "vfs_file.hpp"

#include <sqlite3.h>

#include <cstddef>
#include <vector>

namespace ekiden::local {

struct VfsFile::Handle {
  std::string name;                    ///< Must live as long as the file.
  std::vector<std::max_align_t> room;  ///< SQLite's object.
  sqlite3_file* file = nullptr;
  bool open = false;
};

namespace {

std::string full_path(sqlite3_vfs* vfs, const std::string& path) {
  std::string full(static_cast<std::size_t>(vfs->mxPathname) + 1, '\0');
  if (vfs->xFullPathname(vfs, path.c_str(), vfs->mxPathname + 1, full.data()) != SQLITE_OK) {
    return path;
  }
  full.resize(full.find('\0'));
  return full;
}

}  // namespace

VfsFile::VfsFile(const std::string& vfs, const std::string& path, Kind kind) : handle_(std::make_unique<Handle>()) {
  sqlite3_vfs* found = sqlite3_vfs_find(vfs.empty() ? nullptr : vfs.c_str());
  if (found == nullptr) {
    return;
  }
  Handle& handle = *handle_;
  handle.name = full_path(found, path);
  handle.room.resize(static_cast<std::size_t>(found->szOsFile) / sizeof(std::max_align_t) + 1);
  handle.file = reinterpret_cast<sqlite3_file*>(handle.room.data());
  // SQLite gives a journal the permissions of the database whose name is before the hyphen.
  const int flags = kind == Kind::kDatabase ? SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB
                                            : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_JOURNAL;
  const int code = found->xOpen(found, handle.name.c_str(), handle.file, flags, nullptr);
  if (code != SQLITE_OK && handle.file->pMethods != nullptr) {
    handle.file->pMethods->xClose(handle.file);
  }
  handle.open = code == SQLITE_OK;
}

VfsFile::~VfsFile() {
  if (handle_->open) {
    handle_->file->pMethods->xClose(handle_->file);
  }
}

bool VfsFile::open() const { return handle_->open; }

std::int64_t VfsFile::size() const {
  sqlite3_int64 bytes = 0;
  return open() && handle_->file->pMethods->xFileSize(handle_->file, &bytes) == SQLITE_OK ? bytes : 0;
}

bool VfsFile::read(char* out, std::size_t bytes) const {
  if (!open()) {
    return false;
  }
  const int code = handle_->file->pMethods->xRead(handle_->file, out, static_cast<int>(bytes), 0);
  return code == SQLITE_OK || code == SQLITE_IOERR_SHORT_READ;
}

bool VfsFile::write(std::int64_t offset, std::string_view bytes) {
  return open() && handle_->file->pMethods->xWrite(handle_->file, bytes.data(), static_cast<int>(bytes.size()),
                                                   offset) == SQLITE_OK;
}

bool VfsFile::truncate(std::int64_t bytes) {
  return open() && handle_->file->pMethods->xTruncate(handle_->file, bytes) == SQLITE_OK;
}

}  // namespace ekiden::local
