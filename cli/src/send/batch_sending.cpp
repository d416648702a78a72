#include "batch_sending.hpp"

#include <ekiden/aws/call/error.hpp>
#include <ekiden/runtime/run_owning.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "news.hpp"

namespace ekiden::cli {
namespace {

constexpr int kSendersMax = 16;  // Enough to keep a local server busy and a distant one from waiting.
constexpr unsigned kSendAttempts = 20;

// True if the request was refused for its size, by SQS or by a proxy, so that fewer messages can pass.
bool is_too_large(const aws::Error& error) {
  constexpr int kContentTooLarge = 413;
  return error.facts().http_status == kContentTooLarge || error.facts().code.ends_with("BatchRequestTooLong");
}

// Removes the second half from `batch` and returns it.
Batch take_half(Batch& batch) {
  Batch half;
  const auto middle = static_cast<std::ptrdiff_t>(batch.numbers.size() / 2);
  half.messages.assign(std::make_move_iterator(batch.messages.begin() + middle),
                       std::make_move_iterator(batch.messages.end()));
  half.numbers.assign(batch.numbers.begin() + middle, batch.numbers.end());
  batch.messages.resize(batch.messages.size() - half.messages.size());
  batch.numbers.resize(batch.messages.size());
  return half;
}

}  // namespace

BatchSending::BatchSending(runtime::Env env, aws::sqs::SqsClient& client, aws::sqs::QueueUrl queue, std::string noun,
                           Next next, Progress progress)
    : env_(env),
      client_(client),
      queue_(std::move(queue)),
      noun_(std::move(noun)),
      next_(std::move(next)),
      progress_(std::move(progress)) {}

runtime::Task<> BatchSending::run() {
  runtime::TaskGroup senders(env_.executor, [this] { over_ = true; });
  for (int i = 0; i < kSendersMax; ++i) {
    senders.spawn(send_share());
  }
  co_await runtime::join_owning(senders);
}

runtime::Task<> BatchSending::send_share() {
  while (!over_) {
    Batch batch = next_();
    if (batch.messages.empty()) {
      over_ = true;
      co_return;
    }
    for (const std::int64_t number : batch.numbers) {
      taken_.emplace(number, false);
    }
    co_await send(std::move(batch));
  }
}

runtime::Task<> BatchSending::send(Batch batch) {
  for (unsigned attempt = 0; !batch.messages.empty(); ++attempt) {
    std::optional<std::vector<aws::sqs::SendResult>> answer;
    try {
      answer = co_await client_.send_batch(queue_, batch.messages);
    } catch (const aws::Error& error) {
      if (batch.messages.size() == 1 || !is_too_large(error)) {
        throw;
      }
    }
    if (!answer) {
      Batch second = take_half(batch);
      co_await send(std::move(batch));
      co_await send(std::move(second));
      co_return;
    }
    const std::vector<aws::sqs::SendResult>& results = *answer;
    Batch again;
    std::string refusal;
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (!results[i].error) {
        acknowledge(batch.numbers[i]);
        continue;
      }
      if (refusal.empty() && (results[i].error->sender_fault || attempt + 1 >= kSendAttempts)) {
        refusal = "SQS rejected " + noun_ + " " + std::to_string(batch.numbers[i]) + ": " + results[i].error->code +
                  ": " + results[i].error->message;
      }
      again.messages.push_back(std::move(batch.messages[i]));
      again.numbers.push_back(batch.numbers[i]);
    }
    progress_(sent_);
    if (!refusal.empty()) {
      throw std::runtime_error(refusal);
    }
    batch = std::move(again);
    if (!batch.messages.empty()) {
      co_await env_.clock.sleep_for(std::chrono::milliseconds(50) * (attempt + 1));
    }
  }
}

void BatchSending::acknowledge(std::int64_t number) {
  ++sent_;
  taken_[number] = true;
  while (!taken_.empty() && taken_.begin()->second) {
    taken_.erase(taken_.begin());
  }
}

std::optional<std::int64_t> BatchSending::first_unsent() const {
  return taken_.empty() ? std::nullopt : std::optional(taken_.begin()->first);
}

std::int64_t BatchSending::sent_beyond() const {
  return std::count_if(taken_.begin(), taken_.end(), [](const auto& entry) { return entry.second; });
}

runtime::Task<> send_news(runtime::Env env, aws::sqs::SqsClient& client, aws::sqs::QueueUrl queue, std::int64_t count,
                          BatchSending::Progress progress) {
  BatchSending::Next next = [count, number = std::int64_t{1}]() mutable {
    Batch batch;
    for (; number <= count && batch.messages.size() < aws::sqs::kBatchMax; ++number) {
      aws::sqs::OutgoingMessage message;
      message.body = news_body(make_news(number));
      batch.messages.push_back(std::move(message));
      batch.numbers.push_back(number);
    }
    return batch;
  };
  BatchSending sending(env, client, std::move(queue), "news message", std::move(next), std::move(progress));
  co_await sending.run();
}

}  // namespace ekiden::cli
