/// MemoryBudget: what the messages of one queue may take of the process's memory.
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

/// Books what messages cost, from before their receive to their settlement, so that receives stop before the platform
/// kills the process.
///
/// A receive reserves what its messages would cost if they were like the last ones. What it brings may be larger: then
/// it gives its reservation up, and its answer waits, unread, until there is room (http::BodyGate); meanwhile there is
/// none for further receives. Where nothing else is booked it is let in whatever its size, or nothing would ever move;
/// batch_max() keeps that within the budget, too.
class MemoryBudget {
 public:
  /// Of a message in flight: its body, the handler's value, the item; and, of what an item can hold, the request's
  /// JSON, which is kept for a retry, copied to be signed and copied to be sent.
  static constexpr std::uint64_t kCopies = 3;
  static constexpr std::uint64_t kRequestCopies = 3;
  /// A message's tasks and its lease (measured: 5 KB a held message).
  static constexpr std::uint64_t kMessageOverhead = 6 * 1024;

  static constexpr std::uint64_t cost_of(std::uint64_t body_bytes) {
    return kMessageOverhead + kCopies * body_bytes +
           kRequestCopies * std::min<std::uint64_t>(body_bytes, aws::dynamodb::kItemBytesMax);
  }

  /// Nothing is bounded.
  MemoryBudget() = default;
  /// At most `bytes`, for messages of up to `message_max` each. Needs bytes >= cost_of(message_max).
  MemoryBudget(std::uint64_t bytes, std::uint64_t message_max);

  bool bounded() const { return bytes_.has_value(); }
  std::optional<std::uint64_t> bytes() const { return bytes_; }
  /// Reserved and held.
  std::uint64_t used() const { return reserved_ + held_; }

  /// How many messages like the last ones there is room for; `wanted` if more.
  std::size_t room(std::size_t wanted) const;
  /// How many messages one receive may ask for, so that the largest answer that can come fits an empty budget.
  std::size_t batch_max() const { return batch_max_; }
  /// The sizes of what came: at once when they grow, by halves when they shrink.
  void learn(std::uint64_t largest_body);

  // A message's, from its receive to its settlement.
  void hold(std::uint64_t cost) { held_ += cost; }
  void release(std::uint64_t cost);

  /// A receive's reservation, and the gate for its answer. To be let go once the messages are held.
  class Ticket final : public http::BodyGate {
   public:
    /// For a receive of up to so many messages.
    Ticket(std::shared_ptr<MemoryBudget> budget, const runtime::Clock& clock, std::size_t messages);
    ~Ticket() override;
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

    bool admit(std::uint64_t length, std::function<void()> granted) override;
    /// When the answer came, however long it then waited; nothing if it was too short to be asked for.
    std::optional<runtime::TimePoint> arrived() const { return arrived_; }

   private:
    friend class MemoryBudget;
    void reserve(std::uint64_t bytes);
    void leave_line();

    std::shared_ptr<MemoryBudget> budget_;
    const runtime::Clock& clock_;
    std::size_t messages_;
    std::uint64_t reserved_ = 0;
    std::uint64_t wanted_ = 0;  ///< While it waits.
    std::optional<runtime::TimePoint> arrived_;
    std::function<void()> granted_;
    std::optional<std::list<Ticket*>::iterator> place_;  ///< In the line of those who wait.
  };
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
