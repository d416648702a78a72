#include "upkeep.hpp"

#include <malloc.h>

#include <algorithm>

namespace ekiden::local {

namespace {

// A slice of 64 pages takes about a millisecond.
constexpr int kGiveBackPages = 64;
constexpr int kGiveBackPagesWhenScarce = 8;
// Kept for the next messages.
constexpr std::int64_t kFreePagesKept = 128;
// Below 4 MiB it is not worth moving pages.
constexpr std::int64_t kFreePagesMany = 1'024;
constexpr int kCommitsBetweenLooks = 64;

// The allocator keeps the memory that SQLite frees; this returns it to the system.
void return_memory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

}  // namespace

void Upkeep::sweep(Session& session) {
  if (!sweep_(session)) {
    work_ = Work::kGiveBack;
  }
}

bool Upkeep::give_back(bool scarce) {
  const std::int64_t before = database_.free_pages();
  const std::int64_t kept = scarce ? 0 : kFreePagesKept;
  if (before > kept) {
    database_.give_back(scarce ? kGiveBackPagesWhenScarce : kGiveBackPages);
  }
  const std::int64_t after = database_.free_pages();
  given_ += before - after;
  const bool done = after <= kept || after >= before;
  if (done) {
    work_ = Work::kNone;
    many_free_ = false;
  }
  // In steps, because returning much memory, or cutting much off a file, takes long.
  const bool step = given_ >= kFreePagesMany || (done && given_ >= kFreePagesKept) || (scarce && given_ > 0);
  if (step) {
    given_ = 0;
    return_memory();
  }
  return step;
}

void Upkeep::pause() {
  paused_ = work_ == Work::kSweep;
  work_ = Work::kNone;
}

void Upkeep::committed() {
  if (std::exchange(paused_, false)) {
    work_ = Work::kSweep;
  }
  if (++commits_ >= kCommitsBetweenLooks) {
    commits_ = 0;
    many_free_ = many_free();
  }
}

void Upkeep::idle() {
  if (work_ == Work::kNone && many_free()) {
    work_ = Work::kGiveBack;
  }
  many_free_ = false;
}

bool Upkeep::many_free() {
  const std::int64_t free = database_.free_pages();
  return free > kFreePagesMany && free > database_.pages() / 4;
}

}  // namespace ekiden::local
