/// SimDisk: a simulated disk that distinguishes written bytes from synced ones, behind SQLite's VFS interface.
#pragma once

#include <ekiden/runtime/random.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ekiden::testkit {

/// One simulated disk in memory, and the SQLite VFS that stores files on it. Open a database with vfs() as the name of
/// the VFS.
///
/// It models what is left after a crash:
/// - A process that dies loses nothing that it has written, because the page cache stays.
/// - A machine that loses power loses bytes that were not synced. Any part of them can survive, in any order, in
/// sectors
///   of 512 bytes.
/// - The first sync of a new file also syncs the directory, as SQLite does on Unix. A deletion is durable at once if
///   SQLite asks for that, otherwise after the next sync of the directory.
///
/// Limits:   no shared memory, so WAL needs locking_mode=EXCLUSIVE; only one thread at a time.
/// Lifetime: must outlive every connection opened on it.
class SimDisk {
 public:
  SimDisk();
  ~SimDisk();
  SimDisk(const SimDisk&) = delete;
  SimDisk& operator=(const SimDisk&) = delete;

  /// The name to give to sqlite3_open_v2(), unique in this process.
  const std::string& vfs() const;

  /// The process that used the disk dies: its open files fail from now on, and no file can be opened until mount().
  /// Everything that was written stays.
  void crash();
  /// The machine loses power: as crash(), and `random` decides which unsynced bytes survive.
  void power_loss(runtime::Random& random);
  /// Lets a new process use the disk. The locks of the old process are gone.
  void mount();

  /// The number of writes, syncs, truncations and deletions so far, so that a test can choose when to interrupt.
  std::uint64_t operations() const;
  std::uint64_t syncs() const;

  /// At operation number `operations() + count` the disk crashes (as crash()) instead of executing it, and then calls
  /// `on_cut`. `on_cut` runs inside SQLite's call, so it must not use the disk or SQLite.
  void cut_after(std::uint64_t count, std::function<void()> on_cut = {});
  /// The operation number `operations() + count` fails once, with an I/O error.
  void fail_after(std::uint64_t count);
  /// Sets the capacity in bytes, for all files together. Beyond it, writes fail as on a full disk. 0: unlimited.
  void set_capacity(std::uint64_t bytes);

  /// The number of bytes in all files.
  std::uint64_t used() const;
  /// The files that exist, sorted.
  std::vector<std::string> paths() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ekiden::testkit
