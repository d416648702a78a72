/// SimDisk: a disk in memory that tells written bytes from synced ones, behind SQLite's own seam (a VFS).
#pragma once

#include <ekiden/runtime/random.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ekiden::testkit {

/// One simulated disk, and the SQLite VFS that stores on it: open a database with `vfs()` as the VFS's name.
///
/// It models what a crash leaves: a process that dies loses nothing it has written (the page cache stays), a machine
/// that loses power forgets what was not synced, and may keep any part of it, in any order, torn at 512 bytes.
/// A new file's first sync also syncs the directory, as SQLite does on Unix; a deletion is durable at once only if
/// SQLite asks for that, else with the next such sync.
///
/// Limits:   no shared memory, so WAL needs locking_mode=EXCLUSIVE; one thread at a time.
/// Lifetime: must outlive every connection opened on it.
class SimDisk {
 public:
  SimDisk();
  ~SimDisk();
  SimDisk(const SimDisk&) = delete;
  SimDisk& operator=(const SimDisk&) = delete;

  /// The name to give to sqlite3_open_v2(), unique in this process.
  const std::string& vfs() const;

  /// The process that used the disk dies: its open files fail from now on and nothing can be opened until mount().
  /// Whatever had been written stays.
  void crash();
  /// The machine loses power: crash(), and of what was not synced only what `random` spares survives.
  void power_loss(runtime::Random& random);
  /// A new process may use the disk. Locks of the old one are gone.
  void mount();

  /// Writes, syncs, truncations and deletions that SQLite asked for so far: a test picks its moments from this.
  std::uint64_t operations() const;
  std::uint64_t syncs() const;

  /// The operation number `operations() + count` does not happen any more: instead the disk crashes (as crash()),
  /// then `on_cut` is called, inside SQLite's call: it may only take note.
  void cut_after(std::uint64_t count, std::function<void()> on_cut = {});
  /// The operation number `operations() + count` fails once, with an I/O error.
  void fail_after(std::uint64_t count);
  /// Growing beyond so many bytes in all files together fails as a full disk does. 0: unlimited.
  void set_capacity(std::uint64_t bytes);

  /// Bytes in all files.
  std::uint64_t used() const;
  /// The files that exist, sorted.
  std::vector<std::string> paths() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ekiden::testkit
