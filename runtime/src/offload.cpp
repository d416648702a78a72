#include <ekiden/runtime/deadline.hpp>
#include <ekiden/runtime/offload.hpp>
#include <ekiden/runtime/waiter.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>

namespace ekiden::runtime {

struct ThreadOffload::Pool {
  explicit Pool(unsigned count) : threads(count) {}
  boost::asio::thread_pool threads;
};

ThreadOffload::ThreadOffload(unsigned threads) : threads_(threads) {}

ThreadOffload::~ThreadOffload() {
  if (pool_) {
    pool_->threads.join();
  }
}

namespace {

// Shared by the pool's thread and the caller. The thread writes `error` before it posts to the loop.
struct Job {
  std::function<void()> work;
  std::exception_ptr error;
  Executor home;
};

// Runs in a task of its own that is never cancelled, so that the caller's frame outlives the job.
Task<> wait_for(boost::asio::thread_pool& threads, std::shared_ptr<Job> job) {
  auto enlist = [&threads, &job](std::shared_ptr<Waiter> waiter) {
    boost::asio::post(threads, [job, waiter = std::move(waiter)]() mutable {
      try {
        job->work();
      } catch (...) {
        job->error = std::current_exception();
      }
      // The Waiter is resumed and released on the loop, because it is not thread-safe.
      const Executor home = job->home;
      job.reset();
      boost::asio::post(home, [waiter = std::move(waiter)] { waiter->resume(); });
    });
  };
  co_await suspend(std::move(enlist));
}

}  // namespace

Task<> ThreadOffload::execute(std::function<void()> work) {
  if (!pool_) {
    pool_ = std::make_unique<Pool>(threads_);
  }
  const auto job = std::make_shared<Job>();
  job->work = std::move(work);
  job->home = co_await boost::asio::this_coro::executor;
  boost::asio::cancellation_slot deaf;
  auto token = boost::asio::bind_cancellation_slot(deaf, boost::asio::use_awaitable);
  co_await boost::asio::co_spawn(job->home, wait_for(pool_->threads, job), token);
  if (job->error) {
    std::rethrow_exception(job->error);
  }
}

}  // namespace ekiden::runtime
