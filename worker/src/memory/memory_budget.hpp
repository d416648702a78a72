/// MemoryBudget: the memory that the messages of one queue can use.
#pragma once

#include <ekiden/aws/dynamodb/types.hpp>
#include <ekiden/http/body_gate.hpp>
#include <ekiden/runtime/clock.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>

namespace ekiden::worker {

/// Counts the memory of messages from before their receive to their settlement, so that receives stop before the
/// platform kills the process. All sizes are bytes.
///
/// A receive reserves memory for messages of the size of the last ones. If its answer is larger, the receive releases
/// its reservation, and the answer stays unread in the socket until there is room (http::BodyGate), or until it has
/// waited so long that its messages would be lost. While an answer waits, no further receive starts. If nothing else is
/// counted, an answer of any size is admitted; otherwise nothing could ever progress. batch_max() makes sure that even
/// such an answer fits the budget.
class MemoryBudget {
 public:
  /// Copies of a message in flight: its body, the handler's value, the item. For the part that fits an item, also three
  /// copies of the request's JSON: kept for a retry, copied for the signature, copied to be sent.
  static constexpr std::uint64_t kCopies = 3;
  static constexpr std::uint64_t kRequestCopies = 3;
  /// A message's task and lease (measured: 5 KB for each held message).
  static constexpr std::uint64_t kMessageOverhead = 6 * 1024;

  static constexpr std::uint64_t cost_of(std::uint64_t body_bytes) {
    return kMessageOverhead + kCopies * body_bytes +
           kRequestCopies * std::min<std::uint64_t>(body_bytes, aws::dynamodb::kItemBytesMax);
  }

  /// A budget without a limit.
  MemoryBudget() = default;
  /// At most `bytes`, for messages of up to `message_max` bytes. Requires bytes >= cost_of(message_max).
  MemoryBudget(std::uint64_t bytes, std::uint64_t message_max);

  bool bounded() const { return bytes_.has_value(); }
  std::optional<std::uint64_t> bytes() const { return bytes_; }
  /// Reserved for receives, plus held by messages.
  std::uint64_t used() const { return reserved_ + held_; }

  /// How many messages of the size of the last ones fit now, at most `wanted`. 0 while an answer waits.
  std::size_t room(std::size_t wanted) const;
  /// How many messages one receive can ask for so that its largest possible answer fits an empty budget.
  std::size_t batch_max() const { return batch_max_; }
  /// Adapts the expected size to the largest body of an answer: at once if it grew, by half if it shrank.
  void learn(std::uint64_t largest_body);

  // Called for each message: hold() at its receive, release() at its settlement.
  void hold(std::uint64_t cost) { held_ += cost; }
  void release(std::uint64_t cost);

  /// The reservation of one receive, and the gate for its answer. Destroy it when hold() has counted the messages.
  class Ticket final : public http::BodyGate {
   public:
    /// For a receive of up to `messages` messages. An answer that has waited for `patience` is read even if there is
    /// no room, because its messages are hidden and nothing extends their leases before they are read. At most one
    /// such answer exceeds the budget at a time.
    Ticket(std::shared_ptr<MemoryBudget> budget, runtime::Clock& clock, std::size_t messages,
           runtime::Duration patience);
    ~Ticket() override;
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

    bool admit(std::uint64_t length, std::function<void()> granted) override;
    /// When the answer arrived, before it waited for room. Empty if the answer was too short to ask the gate.
    std::optional<runtime::TimePoint> arrived() const { return arrived_; }

   private:
    friend class MemoryBudget;
    void reserve(std::uint64_t bytes);
    void leave_line();
    void enter();
    void lose_patience();

    std::shared_ptr<MemoryBudget> budget_;
    runtime::Clock& clock_;
    std::size_t messages_;
    runtime::Duration patience_;
    runtime::Clock::Alarm alarm_;
    std::uint64_t reserved_ = 0;
    std::uint64_t wanted_ = 0;  ///< The memory that the waiting answer needs.
    std::optional<runtime::TimePoint> arrived_;
    std::function<void()> granted_;
    std::optional<std::list<Ticket*>::iterator> place_;  ///< In the line of waiting answers.
  };
  /// The number of answers that wait for room.
  std::size_t waiting() const { return line_.size(); }

 private:
  bool lets_in(std::uint64_t wanted) const;
  void serve_line();

  std::optional<std::uint64_t> bytes_;
  std::size_t batch_max_ = SIZE_MAX;
  std::uint64_t expected_body_ = 0;
  std::uint64_t reserved_ = 0;
  std::uint64_t held_ = 0;
  std::list<Ticket*> line_;
};

}  // namespace ekiden::worker
