/// EKIDEN_ASSERT: checks a condition that only a bug of our own can break.
#pragma once

namespace ekiden::base {

/// Prints `file:line: assertion failed: text` on standard error and ends the process.
[[noreturn]] void assertion_failed(const char* text, const char* file, int line) noexcept;

/// True while a simulated process is being crashed. Its coroutine frames are destroyed while they are suspended, so
/// assertions about an orderly end ("no task is running") do not hold.
bool crashing() noexcept;

/// Marks the scope in which a simulated process is crashed.
class CrashScope {
 public:
  CrashScope() noexcept;
  ~CrashScope();
  CrashScope(const CrashScope&) = delete;
  CrashScope& operator=(const CrashScope&) = delete;
};

}  // namespace ekiden::base

/// Also active in release builds: a dead process is replaced, a wrong one is not. Never use it to check data from a
/// peer, a file, a user or a clock.
#define EKIDEN_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::ekiden::base::assertion_failed(#condition, __FILE__, __LINE__))
