/// offload_work: runs work that needs much CPU, or that blocks, without stopping the other handlers.
///
/// README.md beside this file has the commands that run it. To try: start the worker with --offload-threads 1, and
/// compare the order of the results.
#include <ekiden/worker.hpp>

#include <iostream>

namespace {

struct Primes {
  std::int64_t below = 0;
  std::optional<std::int64_t> count;  // Not in the message: the handler sets it.
};
BOOST_DESCRIBE_STRUCT(Primes, (), (below, count))

// An ordinary function that can take seconds. It is slow on purpose.
std::int64_t count_primes(std::int64_t below) {
  std::int64_t count = 0;
  for (std::int64_t number = 2; number < below; ++number) {
    bool prime = true;
    for (std::int64_t divisor = 2; prime && divisor * divisor <= number; ++divisor) {
      prime = number % divisor != 0;
    }
    count += prime ? 1 : 0;
  }
  return count;
}

ekiden::Task<> count(Primes primes, ekiden::Context context) {
  // All handlers share one thread, which also extends leases and answers health checks. So give whatever takes more
  // than 1 ms without a co_await to the thread pool. The same is right for a large file, or a library that blocks.
  //
  // The function runs on another thread: let it own what it touches. Capture by value, and do not use the context in
  // it.
  auto work = [below = primes.below] { return count_primes(below); };
  primes.count = co_await context.offload(std::move(work));  // Returns its result, or throws its exception.
  co_await context.table().put(primes);
  std::cout << *primes.count << " primes below " << primes.below << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  return ekiden::run_worker(argc, argv, {.queue = "primes", .table = "primes"}, count);
}
