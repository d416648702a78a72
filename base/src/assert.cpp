#include <ekiden/base/assert.hpp>

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace ekiden::base {

namespace {
std::atomic<int> crash_scopes{0};
}  // namespace

void assertion_failed(const char* text, const char* file, int line) noexcept {
  std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, text);
  std::abort();
}

bool crashing() noexcept { return crash_scopes.load(std::memory_order_relaxed) > 0; }

CrashScope::CrashScope() noexcept { crash_scopes.fetch_add(1, std::memory_order_relaxed); }
CrashScope::~CrashScope() { crash_scopes.fetch_sub(1, std::memory_order_relaxed); }

}  // namespace ekiden::base
