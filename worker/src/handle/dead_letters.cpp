#include "dead_letters.hpp"

#include <ekiden/aws/call/error.hpp>
#include <ekiden/base/assert.hpp>
#include <ekiden/runtime/backoff.hpp>
#include <ekiden/runtime/deadline.hpp>

#include "dead_letter_copy.hpp"
#include "outage/refusal.hpp"

namespace ekiden::worker {

namespace {

using namespace std::chrono_literals;

constexpr runtime::Backoff kBackoff{.initial = 100ms, .max = 10s};
const aws::CallOptions kOnce{.attempts = 1};  // send() retries without limit.
constexpr unsigned kFailuresUntilOutage = 3;

// True if SQS may have stored the copy, but the answer does not prove it. Each repetition could be one more copy.
bool may_be_stored(const aws::Error& error) {
  return error.is(aws::codes::kCorrupted) || error.is(aws::codes::kStoredDifferently) ||
         (error.is(aws::codes::kInvalidResponse) && error.facts().http_status == 200);
}

// Counts a message that waits for the dead-letter queue. Without one, nothing could probe an open breaker.
class Waiting {
 public:
  Waiting(std::size_t& count, Breaker& breaker) : count_(count), breaker_(breaker) { ++count_; }
  ~Waiting() {
    if (!base::crashing() && --count_ == 0) {
      breaker_.unwanted();
    }
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  std::size_t& count_;
  Breaker& breaker_;
};

}  // namespace

Task<DeadLetters::Result> DeadLetters::send(const Message& message, const std::string& reason,
                                            runtime::TimePoint until) {
  EKIDEN_ASSERT(has_queue());
  const Waiting waiting(waiting_, seams_.breaker);
  const aws::sqs::OutgoingMessage copy = dead_letter_copy(message, reason, seams_.source);
  Task<Result> sending = send_until_answered(copy);
  std::optional<Result> result = co_await runtime::with_deadline<Result>(seams_.env.clock, until, std::move(sending));
  if (!result) {
    result = Result{.expired = true,
                    .obstacle = "the dead-letter queue did not take the message before its 12 h ended" +
                                (seams_.breaker.is_open() ? ": " + seams_.breaker.reason() : std::string())};
  }
  co_return *result;
}

Task<DeadLetters::Result> DeadLetters::send_until_answered(const aws::sqs::OutgoingMessage& copy) {
  for (unsigned attempt = 0;; ++attempt) {
    co_await seams_.breaker.wait();
    Breaker::Use use(seams_.breaker);
    bool pause = true;
    try {
      co_await seams_.client.send(*seams_.queue, copy, kOnce);
      seams_.pulse.beat();
      use.accepted();
      co_return Result{.stored = true};
    } catch (const aws::Error& error) {
      seams_.pulse.beat();
      if (meets_every_message(error.facts())) {
        use.refused(error.what());
        pause = false;  // The breaker decides when to try again.
      } else if (!error.facts().retryable || may_be_stored(error)) {
        use.accepted();
        co_return Result{.obstacle = error.what()};
      } else if (attempt + 1 >= kFailuresUntilOutage) {
        use.refused(error.what());
        pause = false;
      }
    }
    if (pause) {
      co_await seams_.env.clock.sleep_for(kBackoff.delay(seams_.env.random, attempt));
    }
  }
}

}  // namespace ekiden::worker
