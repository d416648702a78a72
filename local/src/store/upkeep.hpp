/// Upkeep: deletes unreachable data and gives its pages back, in slices between the groups.
#pragma once

#include <functional>

#include "database.hpp"
#include "session.hpp"

namespace ekiden::local {

/// Deletes a part of the unreachable data: a few milliseconds of work. Returns true if there is more. Called inside a
/// transaction.
using Sweep = std::function<bool(Session&)>;

/// Decides what is to do. The Store executes it. Not thread-safe: it belongs to the job that is in flight, or to the
/// loop when there is none.
class Upkeep {
 public:
  Upkeep(Database& database, Sweep sweep) : database_(database), sweep_(std::move(sweep)) {}

  enum class Work { kNone, kSweep, kGiveBack };
  Work due() const { return work_; }

  /// The first slice of sweeping, inside the caller's transaction: there might be something from an earlier process.
  void begin(Session& session) { work_ = sweep_ && sweep_(session) ? Work::kSweep : Work::kNone; }
  /// Something became unreachable.
  void add_garbage() { work_ = sweep_ ? Work::kSweep : work_; }
  /// One slice of sweeping, inside the caller's transaction.
  void sweep(Session& session);
  /// One slice of giving pages back, outside a transaction. Returns true if the file should be made shorter now, by a
  /// checkpoint.
  bool give_back(bool scarce);
  /// The most rows that a slice of sweeping deletes: about two milliseconds of work. On a full disk its log must be
  /// small.
  static int rows_of_slice(bool scarce) { return scarce ? 16 : 200; }
  /// A slice failed. Sweeping is tried again after the next commit.
  void pause();
  void committed();

  /// Notes that the server is idle: from now on, free pages are returned if there are many.
  void idle();
  /// True if there are so many free pages that idle() would do something. Looks at the database only sometimes.
  bool wants_idle_time() const { return many_free_; }

 private:
  bool many_free();

  Database& database_;
  Sweep sweep_;
  Work work_ = Work::kNone;
  bool paused_ = false;
  bool many_free_ = false;
  int commits_ = 0;         ///< Since the last look.
  std::int64_t given_ = 0;  ///< Pages, since memory was last returned to the system.
};

}  // namespace ekiden::local
