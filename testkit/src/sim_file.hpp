/// SimFile: one file, with its written and its synced bytes.
#pragma once

#include <ekiden/runtime/random.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::testkit {

/// A file as it is in the page cache and on the disk. It remembers all writes since the last sync, in order, because a
/// power loss can keep any of them and lose the rest.
class SimFile {
 public:
  /// Bytes. A disk writes a sector as a whole: a power loss can tear a write between sectors, never inside one.
  static constexpr std::uint64_t kSectorBytes = 512;

  const std::string& content() const { return content_; }
  std::uint64_t size() const { return content_.size(); }

  void write(std::uint64_t offset, std::string_view bytes);
  void truncate(std::uint64_t size);
  void sync();

  /// Sets the content to the synced bytes and the unsynced changes that `random` keeps: for each sector any of its
  /// versions since the sync, and any number of the first truncations.
  void lose_power(runtime::Random& random);

  // SQLite's locks (https://www.sqlite.org/lockingv3.html). Any unique address identifies a holder.
  bool lock(const void* holder, int level);
  void unlock(const void* holder, int level);
  bool reserved() const { return writer_ != nullptr; }
  void drop_locks();

 private:
  struct Change {
    bool truncation = false;
    std::uint64_t offset = 0;  ///< The offset of a write, or the new size of a truncation.
    std::string bytes{};
  };
  void replay(runtime::Random& random);

  std::string content_;
  std::string synced_;
  std::vector<Change> unsynced_;
  std::vector<const void*> readers_;
  const void* writer_ = nullptr;  ///< Holds RESERVED or more.
  bool closed_to_readers_ = false;
};

}  // namespace ekiden::testkit
