#include "sim_storage.hpp"

#include <sqlite3.h>

#include <set>
#include <utility>

namespace ekiden::testkit {

int SimStorage::begin_operation(int error) {
  if (!mounted_) {
    return error;
  }
  ++operations_;
  if (operations_ == cut_at_) {
    crash();
    if (const auto on_cut = std::exchange(on_cut_, nullptr)) {
      on_cut();
    }
    return error;
  }
  return operations_ == fail_at_ ? error : SQLITE_OK;
}

int SimStorage::open(const std::string& path, bool create, File& file) {
  if (!mounted_) {
    return SQLITE_CANTOPEN;
  }
  const auto found = current_.find(path);
  if (found != current_.end()) {
    file = found->second;
    return SQLITE_OK;
  }
  if (!create) {
    return SQLITE_CANTOPEN;
  }
  file = std::make_shared<SimFile>();
  current_.emplace(path, file);
  return SQLITE_OK;
}

int SimStorage::remove(const std::string& path, bool durably) {
  if (const int code = begin_operation(SQLITE_IOERR_DELETE); code != SQLITE_OK) {
    return code;
  }
  if (current_.erase(path) == 0) {
    return SQLITE_IOERR_DELETE_NOENT;
  }
  if (durably) {
    durable_.erase(path);
  }
  return SQLITE_OK;
}

bool SimStorage::has_room(const SimFile& file, std::uint64_t size) const {
  return capacity_ == 0 || size <= file.size() || used() + (size - file.size()) <= capacity_;
}

int SimStorage::write(SimFile& file, std::uint64_t offset, std::string_view bytes) {
  if (const int code = begin_operation(SQLITE_IOERR_WRITE); code != SQLITE_OK) {
    return code;
  }
  if (!has_room(file, offset + bytes.size())) {
    return SQLITE_FULL;
  }
  file.write(offset, bytes);
  return SQLITE_OK;
}

int SimStorage::truncate(SimFile& file, std::uint64_t size) {
  if (const int code = begin_operation(SQLITE_IOERR_TRUNCATE); code != SQLITE_OK) {
    return code;
  }
  if (!has_room(file, size)) {
    return SQLITE_FULL;
  }
  file.truncate(size);
  return SQLITE_OK;
}

int SimStorage::sync(const File& file, const std::string& path) {
  if (const int code = begin_operation(SQLITE_IOERR_FSYNC); code != SQLITE_OK) {
    return code;
  }
  ++syncs_;
  file->sync();
  const auto found = current_.find(path);
  const auto durable = durable_.find(path);
  const bool listed = found != current_.end() && found->second == file;
  if (listed && (durable == durable_.end() || durable->second != file)) {
    // SQLite's own VFS syncs the directory at the first sync of a new log or journal. That makes deletions durable,
    // too.
    durable_ = current_;
  }
  return SQLITE_OK;
}

void SimStorage::crash() {
  mounted_ = false;
  ++generation_;
  cut_at_ = 0;
  fail_at_ = 0;
  for (const auto& [path, file] : current_) {
    file->drop_locks();
  }
}

void SimStorage::forget_unsynced(runtime::Random& random) {
  std::set<std::string> names;
  for (const auto* directory : {&current_, &durable_}) {
    for (const auto& [path, file] : *directory) {
      names.insert(path);
    }
  }
  for (const std::string& name : names) {
    const auto current = current_.find(name);
    const auto durable = durable_.find(name);
    File now = current != current_.end() ? current->second : nullptr;
    const File then = durable != durable_.end() ? durable->second : nullptr;
    if (now != then && random.chance(0.5)) {
      now = then;  // The creation or deletion did not reach the disk.
    }
    if (now) {
      now->lose_power(random);
      current_[name] = now;
      durable_[name] = now;
    } else {
      current_.erase(name);
      durable_.erase(name);
    }
  }
}

void SimStorage::cut_at(std::uint64_t operation, std::function<void()> on_cut) {
  cut_at_ = operation;
  on_cut_ = std::move(on_cut);
}

std::uint64_t SimStorage::used() const {
  std::uint64_t sum = 0;
  for (const auto& [path, file] : current_) {
    sum += file->size();
  }
  return sum;
}

std::vector<std::string> SimStorage::paths() const {
  std::vector<std::string> names;
  for (const auto& [path, file] : current_) {
    names.push_back(path);
  }
  return names;
}

}  // namespace ekiden::testkit
