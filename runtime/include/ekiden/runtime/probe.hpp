/// Probe: what an actor is doing, readable without a message to the actor.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <cstdint>
#include <string_view>

namespace ekiden::runtime {

/// The actor writes it; health checks and the status page read it. An actor in a 20 s long poll or under back-pressure
/// is healthy, but could not answer a message in time. The texts must be literals.
class Probe {
 public:
  explicit Probe(const Clock& clock) : clock_(clock), since_(clock.now()), last_progress_(clock.now()) {}

  /// Records progress.
  void progress(std::uint64_t count = 1) {
    progress_ += count;
    last_progress_ = clock_.now();
  }

  /// The actor counts as waiting on `what` while the returned object lives.
  class Waiting {
   public:
    Waiting(Probe& probe, std::string_view what) : probe_(probe) { probe_.set(what); }
    ~Waiting() { probe_.set({}); }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

   private:
    Probe& probe_;
  };
  [[nodiscard]] Waiting waiting(std::string_view what) { return Waiting(*this, what); }

  std::string_view waiting_on() const { return waiting_on_; }
  TimePoint since() const { return since_; }
  TimePoint last_progress() const { return last_progress_; }
  std::uint64_t progress_count() const { return progress_; }

 private:
  void set(std::string_view what) {
    waiting_on_ = what;
    since_ = clock_.now();
  }

  const Clock& clock_;
  std::string_view waiting_on_;
  TimePoint since_;
  TimePoint last_progress_;
  std::uint64_t progress_ = 0;
};

}  // namespace ekiden::runtime
