/// EKIDEN_ASSERT: what only our own bug can break.
#pragma once

namespace ekiden::base {

/// Prints `file:line: assertion failed: text` on standard error and ends the process.
[[noreturn]] void assertion_failed(const char* text, const char* file, int line) noexcept;

/// True while a simulated process is being crashed: its frames are destroyed where they stand, so that assertions
/// about orderly endings ("nobody inside") do not hold.
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

/// Stays on in release builds: a dead task is replaced, a wrong one is not. Never about data that a peer, a file, a
/// user or a clock controls.
#define EKIDEN_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : ::ekiden::base::assertion_failed(#condition, __FILE__, __LINE__))
