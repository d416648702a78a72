/// Offload: runs functions that block or use much CPU outside the event loop.
#pragma once

#include <ekiden/runtime/task.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace ekiden::runtime {

/// In production the functions run on a thread pool. In a simulation they run at once, and the result arrives after a
/// random virtual delay.
class Offload {
 public:
  virtual ~Offload() = default;

  /// Runs `fn` and returns its result, or throws what it threw. `fn` must use only data that nothing else uses until
  /// run() returns. Use it for work that takes more than 1 ms, because one event loop serves every lease.
  ///
  /// Not cancellable: a cancelled caller still waits for `fn` to return, because `fn` can refer to the caller's frame.
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
  /// Runs `job` outside the loop. Returns when it has ended; rethrows what it threw.
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
