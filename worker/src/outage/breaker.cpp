#include "breaker.hpp"

#include <ekiden/base/assert.hpp>
#include <ekiden/worker/events.hpp>

#include <algorithm>

namespace ekiden::worker {

namespace {

constexpr runtime::Duration kLong = std::chrono::minutes(1);

}  // namespace

std::vector<runtime::Outage> Outages::open() const {
  std::vector<runtime::Outage> found;
  for (const Breaker* breaker : breakers_) {
    if (breaker->is_open()) {
      found.push_back({.queue = queue_,
                       .sink = std::string(breaker->sink()),
                       .resource = breaker->resource(),
                       .reason = breaker->reason(),
                       .lasts = env_.clock.now() - breaker->since()});
    }
  }
  return found;
}

std::size_t Outages::hold_max(std::size_t usual) const {
  constexpr std::size_t kSamples = 10;
  if (!any()) {
    return usual;
  }
  const bool all_long = std::ranges::all_of(breakers_, [this](const Breaker* breaker) {
    return !breaker->is_open() || (breaker->sink() != kExtension && env_.clock.now() - breaker->since() >= kLong);
  });
  return all_long ? std::min(usual, kSamples) : 0;
}

std::size_t Outages::open(std::string_view sink) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      breakers_, [sink](const Breaker* breaker) { return breaker->is_open() && breaker->sink() == sink; }));
}

void Outages::opened(const Breaker& breaker) {
  ++open_;
  env_.events.publish(events::kOutageBegan, {std::string_view(queue_), breaker.sink(),
                                             std::string_view(breaker.resource()), std::string_view(breaker.reason())});
  changed(breaker);
}

void Outages::closed(const Breaker& breaker, std::string_view why) {
  --open_;
  const double seconds = std::chrono::duration<double>(env_.clock.now() - breaker.since()).count();
  env_.events.publish(events::kOutageEnded,
                      {std::string_view(queue_), breaker.sink(), std::string_view(breaker.resource()), seconds, why});
  changed(breaker);
}

void Outages::changed(const Breaker& breaker) {
  changed_.notify_all();
  if (on_change_) {
    on_change_(breaker.sink());
  }
}

Breaker::Breaker(Outages& outages, std::string_view sink, std::string resource)
    : outages_(outages), sink_(sink), resource_(std::move(resource)) {
  outages_.breakers_.push_back(this);
}

Breaker::~Breaker() { std::erase(outages_.breakers_, this); }

bool Breaker::admits() const { return !open_ || (!probing_ && outages_.env_.clock.now() >= probe_at_); }

std::optional<runtime::TimePoint> Breaker::next_probe() const {
  return open_ && !probing_ ? std::optional(probe_at_) : std::nullopt;
}

Task<> Breaker::wait() {
  while (!admits()) {
    co_await outages_.changed_.wait();
  }
}

void Breaker::unwanted() {
  if (open_ && !probing_) {
    close("no message waits for it");
  }
}

void Breaker::close(std::string_view why) {
  open_ = false;
  probing_ = false;
  alarm_ = {};
  outages_.closed(*this, why);
}

void Breaker::probe_later() {
  probing_ = false;
  probe_at_ = outages_.env_.clock.now() + kProbes.delay(outages_.env_.random, probes_++);
  // One alarm for all that wait: each of them would wake all others.
  alarm_ = outages_.env_.clock.call_at(probe_at_, [this] { outages_.changed(*this); });
}

Breaker::Use::Use(Breaker& breaker) : breaker_(&breaker), is_probe_(breaker.open_) {
  EKIDEN_ASSERT(breaker.admits());
  breaker.probing_ = is_probe_;
}

Breaker::Use::~Use() {
  if (breaker_ != nullptr && is_probe_ && !base::crashing()) {
    breaker_->probe_later();
  }
}

void Breaker::Use::accepted() {
  Breaker* const breaker = std::exchange(breaker_, nullptr);
  // While the breaker is open, only a probe counts: other calls left before the outage.
  if (breaker != nullptr && is_probe_) {
    ++breaker->recoveries_;
    breaker->close("a message was accepted");
  }
}

void Breaker::Use::refused(std::string_view why) {
  Breaker* const breaker = std::exchange(breaker_, nullptr);
  if (breaker == nullptr || (breaker->open_ && !is_probe_)) {
    return;  // The breaker knows already.
  }
  breaker->reason_ = why;
  if (is_probe_) {
    breaker->probe_later();
    return;
  }
  breaker->probes_ = 0;
  breaker->since_ = breaker->outages_.env_.clock.now();
  breaker->open_ = true;
  breaker->probe_later();
  breaker->outages_.opened(*breaker);
}

}  // namespace ekiden::worker
