/// Space: keeps a server usable when its disk is full.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <cstdint>
#include <memory>
#include <string>

#include "database.hpp"

namespace ekiden::local {

class VfsFile;

/// A delete needs free bytes, too: it is written to the log first, and the log must fit before it can be copied into
/// the database. So a file beside the database, the reserve, keeps bytes. The database can grow by half of the reserve
/// before the next checkpoint. When a commit fails for lack of space, the reserve is released.
///
/// Then space is scarce: what makes the data larger is refused unless there are free pages in the database
/// (Session::require_room); receiving and deleting go on with the released bytes. It ends when the reserve can be
/// written again.
///
/// Does nothing for a database in memory. Used like the Database: by one thread at a time. `database` must outlive it.
class Space {
 public:
  /// `path` is that of the database's file; empty: in memory.
  Space(Database& database, const std::string& vfs, const std::string& path);
  ~Space();
  Space(const Space&) = delete;
  Space& operator=(const Space&) = delete;

  /// Checkpoints what an earlier process left in the log, and writes the reserve. A full disk is no error: space is
  /// scarce then. Throws DatabaseError for other failures.
  void begin();

  bool scarce() const { return scarce_; }
  /// True if the database has so few free pages that nothing larger should be stored while space is scarce.
  bool refuses_growth() { return scarce_ && database_.free_pages() < kSparePages; }

  /// True if the log is so large that it should be checkpointed now. Call it after a commit.
  bool log_is_large();
  /// Copies the log into the database, and adapts the reserve to its size. Throws DatabaseError if there is no space
  /// even without the reserve. `now` limits how often the reserve is tried.
  /// `idle`: there is time to shorten a large log.
  void checkpoint(runtime::TimePoint now, bool idle);

  /// A commit failed for lack of space. Frees what can be freed. Returns false if nothing was freed, so that it is
  /// useless to try again.
  bool relieve(runtime::TimePoint now);
  /// Ends the scarcity if the reserve can be written again.
  void recover(runtime::TimePoint now);

  /// Opened before the database: releases the reserve of the database at `path`.
  static void release(const std::string& vfs, const std::string& path);

 private:
  static constexpr std::int64_t kSparePages = 32;

  static bool extend(VfsFile& file, std::int64_t size, std::int64_t wanted);
  bool keep_reserve();
  void require_reserve();
  void release_reserve();
  bool empty_log();
  void become_scarce();
  void end_scarcity();
  void limit_pages();
  bool try_checkpoint(Database::Log log);

  Database& database_;
  const std::string vfs_;
  const std::string path_;
  std::unique_ptr<VfsFile> reserve_;
  std::int64_t reserved_ = 0;           ///< Bytes in the reserve.
  std::int64_t pages_ = 0;              ///< Of the database at the last checkpoint.
  std::int64_t growth_checked_at_ = 0;  ///< Pages in the log when the growth was measured.
  std::int64_t log_most_;               ///< Pages in the log at its largest.
  bool scarce_ = false;
  runtime::TimePoint next_try_{};
};

}  // namespace ekiden::local
