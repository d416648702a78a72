/// Patience: how long a client waits for a peer that says nothing. SilenceWatch: keeps one request's patience.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace ekiden::http {

/// Limits of silence, not of a whole request. A request whose bytes move is not ended, however slow it is, because the
/// peer can have counted what it answers: SQS counts a receive when it answers.
///
/// Does not count: the wait for a free connection, and the time in which a body waits at its BodyGate.
///
/// A peer that sends a byte now and then cannot hold a request forever: a request body or an answer that has taken
/// longer than kSlowAfter must have moved at kSlowest on average. The time starts again when a gate opens.
struct Patience {
  static constexpr runtime::Duration kSlowAfter = std::chrono::seconds(60);
  static constexpr std::uint64_t kSlowest = 1024;  ///< Bytes per second.

  /// For a new connection: name lookup, TCP, a proxy's tunnel and TLS together. Default: the transport's.
  std::optional<runtime::Duration> connect{};
  /// From the last byte of the request to the first byte of the answer. Informational answers (100) do not count.
  runtime::Duration first_byte = std::chrono::seconds(10);
  /// Between two bytes, of the request or of the answer.
  runtime::Duration silence = std::chrono::seconds(10);
};

/// A state machine: its owner reports what moves, and asks when the patience ends. Without a Patience it never ends.
class SilenceWatch {
 public:
  static constexpr runtime::TimePoint kNever = runtime::TimePoint::max();

  /// A connection is there: the bytes of the request start to move.
  void start(const std::optional<Patience>& patience, runtime::TimePoint now);
  /// Bytes of the request, or of the answer, moved.
  void moved(std::uint64_t bytes, runtime::TimePoint now);
  /// The whole request is sent: the peer's answer is awaited.
  void sent(runtime::TimePoint now);
  /// After sent(): the network took so many bytes of the request; the kernel still has others.
  void draining(std::uint64_t bytes, runtime::TimePoint now);
  /// The first bytes of the answer arrived.
  void answering(std::uint64_t bytes, runtime::TimePoint now);
  /// The body waits at its gate.
  void hold() { due_ = kNever; }
  /// The gate opened.
  void release(runtime::TimePoint now) { begin(now); }

  /// When the patience ends, if nothing moves until then.
  runtime::TimePoint due() const { return due_; }
  bool awaits_answer() const { return awaits_answer_; }
  /// True if bytes moved recently, but too slowly on the whole.
  bool is_too_slow(runtime::TimePoint now) const;

 private:
  void begin(runtime::TimePoint now);
  runtime::TimePoint slow_at() const;

  std::optional<Patience> patience_;
  runtime::TimePoint due_ = kNever;
  runtime::TimePoint last_{};
  runtime::TimePoint began_{};
  std::uint64_t bytes_ = 0;
  bool awaits_answer_ = false;
};

}  // namespace ekiden::http
