#include "sim_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <new>
#include <stdexcept>

namespace ekiden::testkit {

struct SimVfs::Registration {
  std::string name;
  sqlite3_vfs vfs{};
};

namespace {

// Bytes. No test uses a longer path.
constexpr int kPathBytesMax = 512;

// SQLite allocates szOsFile bytes for it; xOpen constructs it there and xClose destroys it. It must have standard
// layout and start with `base`, because SQLite uses it as a sqlite3_file.
struct OpenFile {
  sqlite3_file base;
  SimStorage* storage;
  SimStorage::File file;
  std::string path;
  std::uint64_t generation;
  bool delete_on_close;

  bool dead() const { return generation != storage->generation(); }
};

OpenFile& open_file(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }
SimStorage& storage_of(sqlite3_vfs* vfs) { return *static_cast<SimStorage*>(vfs->pAppData); }

int close_file(sqlite3_file* file) {
  OpenFile& open = open_file(file);
  open.file->unlock(&open, SQLITE_LOCK_NONE);
  if (open.delete_on_close && !open.dead()) {
    open.storage->remove(open.path, false);
  }
  open.~OpenFile();
  return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* buffer, int amount, sqlite3_int64 offset) {
  const OpenFile& open = open_file(file);
  if (open.dead()) {
    return SQLITE_IOERR_READ;
  }
  const std::string& content = open.file->content();
  const auto start = std::min(static_cast<std::size_t>(offset), content.size());
  const auto wanted = static_cast<std::size_t>(amount);
  const std::size_t there = std::min(wanted, content.size() - start);
  std::memcpy(buffer, content.data() + start, there);
  if (there == wanted) {
    return SQLITE_OK;
  }
  std::memset(static_cast<char*>(buffer) + there, 0, wanted - there);  // SQLite requires zeros after a short read.
  return SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* buffer, int amount, sqlite3_int64 offset) {
  OpenFile& open = open_file(file);
  if (open.dead()) {
    return SQLITE_IOERR_WRITE;
  }
  const std::string_view bytes(static_cast<const char*>(buffer), static_cast<std::size_t>(amount));
  return open.storage->write(*open.file, static_cast<std::uint64_t>(offset), bytes);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  OpenFile& open = open_file(file);
  return open.dead() ? SQLITE_IOERR_TRUNCATE : open.storage->truncate(*open.file, static_cast<std::uint64_t>(size));
}

int sync_file(sqlite3_file* file, int) {
  OpenFile& open = open_file(file);
  return open.dead() ? SQLITE_IOERR_FSYNC : open.storage->sync(open.file, open.path);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  const OpenFile& open = open_file(file);
  *size = static_cast<sqlite3_int64>(open.file->size());
  return open.dead() ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

int lock_file(sqlite3_file* file, int level) {
  OpenFile& open = open_file(file);
  if (open.dead()) {
    return SQLITE_IOERR_LOCK;
  }
  return open.file->lock(&open, level) ? SQLITE_OK : SQLITE_BUSY;
}

int unlock_file(sqlite3_file* file, int level) {
  open_file(file).file->unlock(file, level);
  return SQLITE_OK;
}

int check_reserved(sqlite3_file* file, int* result) {
  *result = open_file(file).file->reserved() ? 1 : 0;
  return SQLITE_OK;
}

int control_file(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return 4096; }
// As SQLite's own VFS for Unix: a torn write does not change the bytes around it.
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

// Version 1 has no shared memory; WAL does not need it with locking_mode=EXCLUSIVE.
constexpr sqlite3_io_methods kMethods = [] {
  sqlite3_io_methods methods{};
  methods.iVersion = 1;
  methods.xClose = close_file;
  methods.xRead = read_file;
  methods.xWrite = write_file;
  methods.xTruncate = truncate_file;
  methods.xSync = sync_file;
  methods.xFileSize = file_size;
  methods.xLock = lock_file;
  methods.xUnlock = unlock_file;
  methods.xCheckReservedLock = check_reserved;
  methods.xFileControl = control_file;
  methods.xSectorSize = sector_size;
  methods.xDeviceCharacteristics = characteristics;
  return methods;
}();

int vfs_open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  SimStorage& storage = storage_of(vfs);
  file->pMethods = nullptr;
  SimStorage::File found;
  if (name == nullptr) {
    found = std::make_shared<SimFile>();  // A temporary file without a name.
  } else if (const int code = storage.open(name, (flags & SQLITE_OPEN_CREATE) != 0, found); code != SQLITE_OK) {
    return code;
  }
  const bool temporary = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0 && name != nullptr;
  auto* open = new (file)
      OpenFile{{}, &storage, std::move(found), name != nullptr ? name : std::string(), storage.generation(), temporary};
  open->base.pMethods = &kMethods;
  if (flags_out != nullptr) {
    *flags_out = flags;
  }
  return SQLITE_OK;
}

int vfs_delete(sqlite3_vfs* vfs, const char* name, int sync_directory) {
  return storage_of(vfs).remove(name, sync_directory != 0);
}

int vfs_access(sqlite3_vfs* vfs, const char* name, int, int* result) {
  const SimStorage& storage = storage_of(vfs);
  *result = storage.exists(name) ? 1 : 0;
  return storage.mounted() ? SQLITE_OK : SQLITE_IOERR_ACCESS;
}

int vfs_full_path(sqlite3_vfs*, const char* name, int size, char* out) {
  const std::size_t length = std::strlen(name);
  if (length >= static_cast<std::size_t>(size)) {
    return SQLITE_CANTOPEN;
  }
  std::memcpy(out, name, length + 1);
  return SQLITE_OK;
}

// Random bytes and the time are constants here: files must be equal in two runs with the same seed.
int vfs_randomness(sqlite3_vfs*, int size, char* out) {
  std::memset(out, 0x5a, static_cast<std::size_t>(size));
  return size;
}
int vfs_sleep(sqlite3_vfs*, int microseconds) { return microseconds; }
int vfs_current_time(sqlite3_vfs*, double* julian_day) {
  *julian_day = 2457741.5;  // 2016-12-19.
  return SQLITE_OK;
}
int vfs_last_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

SimVfs::SimVfs(SimStorage& storage) : registration_(std::make_unique<Registration>()) {
  static std::atomic<unsigned> count{0};
  registration_->name = "ekiden-sim-" + std::to_string(count.fetch_add(1));
  sqlite3_vfs& vfs = registration_->vfs;
  vfs.iVersion = 1;
  vfs.szOsFile = sizeof(OpenFile);
  vfs.mxPathname = kPathBytesMax;
  vfs.zName = registration_->name.c_str();
  vfs.pAppData = &storage;
  vfs.xOpen = vfs_open;
  vfs.xDelete = vfs_delete;
  vfs.xAccess = vfs_access;
  vfs.xFullPathname = vfs_full_path;
  vfs.xRandomness = vfs_randomness;
  vfs.xSleep = vfs_sleep;
  vfs.xCurrentTime = vfs_current_time;
  vfs.xGetLastError = vfs_last_error;
  if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK) {
    throw std::runtime_error("SQLite did not register the simulated file system");
  }
}

SimVfs::~SimVfs() { sqlite3_vfs_unregister(&registration_->vfs); }

const std::string& SimVfs::name() const { return registration_->name; }

}  // namespace ekiden::testkit
