/// SimFile: the bytes of one file, as written and as synced.
#pragma once

#include <ekiden/runtime/random.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::testkit {

/// A file as the page cache and the platter see it. Writes are kept in order until a sync, because a power loss may
/// keep any of them and forget the rest.
class SimFile {
 public:
  /// What a disk writes as a whole: a write is torn between sectors, never inside one.
  static constexpr std::uint64_t kSectorBytes = 512;

  const std::string& content() const { return content_; }
  std::uint64_t size() const { return content_.size(); }

  void write(std::uint64_t offset, std::string_view bytes);
  void truncate(std::uint64_t size);
  void sync();

  /// Falls back to the synced bytes and what `random` spares of the rest: of each sector any version since the sync,
  /// of the truncations any prefix.
  void lose_power(runtime::Random& random);

  // Who holds SQLite's locks (https://www.sqlite.org/lockingv3.html). A holder is any address.
  bool lock(const void* holder, int level);
  void unlock(const void* holder, int level);
  bool reserved() const { return writer_ != nullptr; }
  void drop_locks();

 private:
  struct Change {
    bool truncation = false;
    std::uint64_t offset = 0;  ///< Of the write; the new size for a truncation.
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
