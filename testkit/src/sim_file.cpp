#include "sim_file.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <map>

namespace ekiden::testkit {

namespace {

void put(std::string& content, std::uint64_t offset, std::string_view bytes) {
  if (content.size() < offset + bytes.size()) {
    content.resize(offset + bytes.size());
  }
  content.replace(offset, bytes.size(), bytes);
}

// Calls `use(sector, offset, part)` for each sector that a write changes.
template <typename Use>
void for_each_sector(std::uint64_t offset, std::string_view bytes, Use use) {
  while (!bytes.empty()) {
    const std::uint64_t sector = offset / SimFile::kSectorBytes;
    const std::uint64_t room = (sector + 1) * SimFile::kSectorBytes - offset;
    const std::string_view part = bytes.substr(0, room);
    use(sector, offset, part);
    offset += part.size();
    bytes.remove_prefix(part.size());
  }
}

}  // namespace

void SimFile::write(std::uint64_t offset, std::string_view bytes) {
  put(content_, offset, bytes);
  unsynced_.push_back(Change{false, offset, std::string(bytes)});
}

void SimFile::truncate(std::uint64_t size) {
  content_.resize(size);
  unsynced_.push_back(Change{true, size, {}});
}

void SimFile::sync() {
  for (const Change& change : unsynced_) {
    if (change.truncation) {
      synced_.resize(change.offset);
    } else {
      put(synced_, change.offset, change.bytes);
    }
  }
  unsynced_.clear();
}

void SimFile::lose_power(runtime::Random& random) {
  drop_locks();
  if (unsynced_.empty()) {
    return;
  }
  // The extremes, all lost and all kept, are as likely together as everything between them.
  switch (random.below(4)) {
    case 0:
      break;
    case 1:
      sync();
      break;
    default:
      replay(random);
  }
  unsynced_.clear();
  content_ = synced_;
}

void SimFile::replay(runtime::Random& random) {
  std::map<std::uint64_t, std::uint64_t> versions;  // For each sector, the number of its writes.
  std::uint64_t truncations = 0;
  for (const Change& change : unsynced_) {
    truncations += change.truncation ? 1 : 0;
    for_each_sector(change.offset, change.bytes, [&](std::uint64_t sector, auto, auto) { ++versions[sector]; });
  }
  for (auto& [sector, count] : versions) {
    count = random.below(count + 1);  // From here on, the number of its writes that survive.
  }
  std::uint64_t surviving_truncations = random.below(truncations + 1);
  for (const Change& change : unsynced_) {
    if (change.truncation) {
      if (surviving_truncations > 0) {
        --surviving_truncations;
        synced_.resize(change.offset);
      }
      continue;
    }
    for_each_sector(change.offset, change.bytes,
                    [&](std::uint64_t sector, std::uint64_t offset, std::string_view part) {
                      std::uint64_t& left = versions[sector];
                      if (left > 0) {
                        --left;
                        put(synced_, offset, part);
                      }
                    });
  }
  // The new length can reach the disk without the new bytes: the file then has zeros there.
  if (synced_.size() < content_.size() && random.chance(0.5)) {
    synced_.resize(content_.size());
  }
}

bool SimFile::lock(const void* holder, int level) {
  const bool reading = std::ranges::find(readers_, holder) != readers_.end();
  if (level == SQLITE_LOCK_SHARED) {
    if (closed_to_readers_ && writer_ != holder) {
      return false;
    }
    if (!reading) {
      readers_.push_back(holder);
    }
    return true;
  }
  if (writer_ != nullptr && writer_ != holder) {
    return false;
  }
  writer_ = holder;
  if (level == SQLITE_LOCK_RESERVED) {
    return true;
  }
  closed_to_readers_ = true;  // PENDING, even if EXCLUSIVE must still wait for readers to unlock.
  return level == SQLITE_LOCK_PENDING || readers_.size() == (reading ? 1U : 0U);
}

void SimFile::unlock(const void* holder, int level) {
  if (writer_ == holder && level <= SQLITE_LOCK_SHARED) {
    writer_ = nullptr;
    closed_to_readers_ = false;
  }
  if (level == SQLITE_LOCK_NONE) {
    std::erase(readers_, holder);
  }
}

void SimFile::drop_locks() {
  readers_.clear();
  writer_ = nullptr;
  closed_to_readers_ = false;
}

}  // namespace ekiden::testkit
