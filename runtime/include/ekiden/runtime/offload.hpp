/// Offload: work that blocks or burns CPU leaves the event loop and comes back.
#pragma once

#include <ekiden/runtime/task.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace ekiden::runtime {

/// Runs functions off the event loop: on a thread pool in production; in a simulation at once, with a completion
/// that comes after a random virtual delay.
class Offload {
 public:
  virtual ~Offload() = default;

  /// Runs `fn` elsewhere and yields its result, or throws what it threw. `fn` owns all it touches, or touches what
  /// nobody else does until this returns. Steps over 1 ms belong here: one loop serves every lease.
  ///
  /// Not cancellable: a cancelled caller still waits for `fn` to return, because `fn` may refer to the caller's frame.
  template <typename Fn>
  Task<std::invoke_result_t<Fn&>> run(Fn fn) {
    using Result = std::invoke_result_t<Fn&>;
    if constexpr (std::is_void_v<Result>) {
      std::function<void()> job = [&fn] { fn(); };
      co_await execute(std::move(job));
    } else {
      std::optional<Result> result;
      std::function<void()> job = [&fn, &result] { result.emplace(fn()); };
      co_await execute(std::move(job));
      co_return std::move(*result);
    }
  }

 protected:
  /// Runs `job` elsewhere; returns when it has; rethrows what it threw.
  virtual Task<> execute(std::function<void()> job) = 0;
};

/// The production pool: `threads` kernel threads, started at the first job.
class ThreadOffload final : public Offload {
 public:
  explicit ThreadOffload(unsigned threads);
  ~ThreadOffload() override;

 protected:
  Task<> execute(std::function<void()> job) override;

 private:
  struct Pool;
  unsigned threads_;
  std::unique_ptr<Pool> pool_;
};

}  // namespace ekiden::runtime
