#include <ekiden/base/assert.hpp>
#include <ekiden/base/outlet.hpp>

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace ekiden::base {

namespace {
std::atomic<int> crash_scopes{0};
}  // namespace

void assertion_failed(const char* text, const char* file, int line) noexcept {
  std::array<char, 1024> words;
  std::snprintf(words.data(), words.size(), "%s:%d: assertion failed: %s", file, line, text);
  say(words.data());  // After the lines that still wait, and never longer than flush() allows.
  outlet_of(STDERR_FILENO)->flush();
  std::abort();
}

bool crashing() noexcept { return crash_scopes.load(std::memory_order_relaxed) > 0; }

CrashScope::CrashScope() noexcept { crash_scopes.fetch_add(1, std::memory_order_relaxed); }
CrashScope::~CrashScope() { crash_scopes.fetch_sub(1, std::memory_order_relaxed); }

}  // namespace ekiden::base
