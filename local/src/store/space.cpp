#include "space.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <limits>

#include "session.hpp"
#include "vfs_file.hpp"

namespace ekiden::local {

namespace {

constexpr std::int64_t kPageBytes = 4096;
// A quarter of the database, within these bounds.
constexpr std::int64_t kReserveLeast = 256 * 1024;
constexpr std::int64_t kReserveMost = 8 * 1024 * 1024;
// 4 MiB, about SQLite's own limit. Requests wait while the log is copied: for some milliseconds.
constexpr std::int64_t kLogPagesMax = 1'024;
constexpr std::int64_t kLogPagesWhenScarce = 16;
// A larger log is cut when the server is idle.
constexpr std::int64_t kLogPagesKept = kLogPagesMax / 4;
// For the pages that a delete or a receive needs when the size of files is limited.
constexpr std::int64_t kHeadroomPages = 16;
constexpr std::chrono::milliseconds kTryInterval{100};
constexpr std::size_t kChunkBytes = 64 * 1024;

std::string reserve_of(const std::string& path) { return path + "-reserve"; }

// Not zeros: a file system can store zeros without using space.
const std::string& filling() {
  static const std::string kFilling = [] {
    std::string bytes(kChunkBytes, '\0');
    std::uint32_t state = 0x456b6964;
    for (char& byte : bytes) {
      state = state * 1664525U + 1013904223U;
      byte = static_cast<char>(state >> 24U);
    }
    return bytes;
  }();
  return kFilling;
}

// The most pages that a file of this process can have (RLIMIT_FSIZE, `ulimit -f`).
std::int64_t file_pages_max() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return std::numeric_limits<std::uint32_t>::max() - 1;  // SQLite's own limit.
  }
  return static_cast<std::int64_t>(limit.rlim_cur / static_cast<rlim_t>(kPageBytes));
}

}  // namespace

Space::Space(Database& database, const std::string& vfs, const std::string& path)
    : database_(database), vfs_(vfs), path_(path), log_most_(kLogPagesMax) {  // An earlier process can have left one.
  if (!path.empty()) {
    reserve_ = std::make_unique<VfsFile>(vfs, reserve_of(path), VfsFile::Kind::kBeside);
    reserved_ = reserve_->size();
  }
}

Space::~Space() = default;

void Space::release(const std::string& vfs, const std::string& path) {
  VfsFile(vfs, reserve_of(path), VfsFile::Kind::kBeside).truncate(0);
}

void Space::begin() {
  if (reserve_ == nullptr) {
    return;
  }
  try {
    database_.checkpoint();
  } catch (const DatabaseError& error) {
    if (!error.storage_full()) {
      throw;
    }
    become_scarce();
  }
  pages_ = database_.pages();
  if (!scarce_) {
    require_reserve();
  }
  limit_pages();
}

// Extends the file to `wanted` bytes.
bool Space::extend(VfsFile& file, std::int64_t size, std::int64_t wanted) {
  for (; size < wanted; size += static_cast<std::int64_t>(kChunkBytes)) {
    const std::int64_t bytes = std::min<std::int64_t>(wanted - size, kChunkBytes);
    if (!file.write(size, std::string_view(filling()).substr(0, static_cast<std::size_t>(bytes)))) {
      return false;
    }
  }
  return true;
}

// Makes the reserve as large as it should be. False if there is no space for it: it is then empty.
bool Space::keep_reserve() {
  if (!reserve_->open()) {
    return true;  // Without a reserve, as on a disk that has no place for one more file.
  }
  const std::int64_t wanted = std::clamp(pages_ * kPageBytes / 4, kReserveLeast, kReserveMost);
  if (reserved_ > 2 * wanted && reserve_->truncate(wanted)) {
    reserved_ = wanted;
  }
  if (!extend(*reserve_, reserved_, wanted)) {
    release_reserve();
    return false;
  }
  reserved_ = std::max(reserved_, wanted);
  return true;
}

void Space::require_reserve() {
  if (!keep_reserve() && !(try_checkpoint(Database::Log::kTruncate) && keep_reserve())) {
    become_scarce();
  }
}

void Space::release_reserve() {
  reserve_->truncate(0);
  reserved_ = 0;
}

// The released bytes go into the log at once: SQLite writes over what is there, and no other program can take them. A
// log that does not start with SQLite's header is empty, and frames without its salt end it.
void Space::become_scarce() {
  scarce_ = true;
  release_reserve();
  database_.keep_log(true);
  if (try_checkpoint(Database::Log::kTruncate)) {
    VfsFile log(vfs_, path_ + "-wal", VfsFile::Kind::kBeside);
    extend(log, log.size(), kReserveLeast);
  }
  limit_pages();
}

void Space::end_scarcity() {
  scarce_ = false;
  database_.keep_log(false);
}

void Space::limit_pages() {
  // The pages of a scarce disk are limited by the bytes that the reserve had, so that they can always be checkpointed.
  const std::int64_t by_reserve = scarce_ ? pages_ + kReserveLeast / kPageBytes / 2 : file_pages_max();
  database_.limit_pages(std::min(by_reserve, file_pages_max() - (scarce_ ? 0 : kHeadroomPages)));
}

bool Space::try_checkpoint(Database::Log log) {
  try {
    database_.checkpoint(log);
  } catch (const DatabaseError&) {
    return false;  // The log is intact.
  }
  growth_checked_at_ = 0;
  pages_ = database_.pages();
  return true;
}

bool Space::log_is_large() {
  const std::int64_t log = database_.wal_pages();
  if (reserve_ == nullptr || log == 0) {
    return false;
  }
  log_most_ = std::max(log_most_, log);
  if (log >= (scarce_ ? kLogPagesWhenScarce : std::min(kLogPagesMax, file_pages_max() / 2))) {
    return true;
  }
  const std::int64_t growth_max = std::max(reserved_, kReserveLeast) / kPageBytes / 2;
  // Data grows at most as much as the log, so most groups need no look at it.
  if (log - growth_checked_at_ < growth_max / 2) {
    return false;
  }
  growth_checked_at_ = log;
  return database_.pages() - pages_ >= growth_max / 2;
}

void Space::checkpoint(runtime::TimePoint now, bool idle) {
  if (reserve_ == nullptr || database_.wal_pages() == 0) {
    return;
  }
  const bool shorten = idle && !scarce_ && log_most_ > kLogPagesKept;
  log_most_ = idle ? 0 : log_most_;
  if (!try_checkpoint(shorten ? Database::Log::kTruncate : Database::Log::kKeep) && !empty_log()) {
    become_scarce();
    database_.checkpoint();
    pages_ = database_.pages();
  }
  if (scarce_) {
    recover(now);
  } else {
    require_reserve();
  }
  limit_pages();
}

// The log can be larger than what it holds, and leave no place for the data. The reserve gives way for a moment.
bool Space::empty_log() {
  if (scarce_ || database_.wal_pages() == 0) {
    return false;
  }
  if (!try_checkpoint(Database::Log::kTruncate)) {
    release_reserve();
    if (!try_checkpoint(Database::Log::kTruncate)) {
      return false;
    }
  }
  return keep_reserve();
}

bool Space::relieve(runtime::TimePoint now) {
  if (reserve_ == nullptr) {
    return false;
  }
  if (empty_log()) {
    limit_pages();
    return true;
  }
  if (scarce_) {
    return database_.wal_pages() > 0 && try_checkpoint(Database::Log::kKeep);
  }
  become_scarce();
  recover(now);
  return true;
}

void Space::recover(runtime::TimePoint now) {
  if (!scarce_ || now < next_try_) {
    return;
  }
  next_try_ = now + kTryInterval;
  if (try_checkpoint(Database::Log::kKeep) && keep_reserve()) {
    end_scarcity();
  }
  limit_pages();
}

void Session::require_room() const {
  if (space != nullptr && space->refuses_growth()) {
    throw NoRoom();
  }
}

}  // namespace ekiden::local
