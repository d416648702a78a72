#include <ekiden/base/assert.hpp>
#include <ekiden/runtime/events.hpp>

namespace ekiden::runtime {

const Value* Event::find(std::string_view field) const {
  for (std::size_t i = 0; i < spec.fields.size(); ++i) {
    if (spec.fields[i] == field) {
      return &values[i];
    }
  }
  return nullptr;
}

Events::Subscription::Subscription(Events& events, std::list<Listener>::iterator position)
    : events_(&events), position_(position) {}

Events::Subscription::Subscription(Subscription&& other) noexcept
    : events_(std::exchange(other.events_, nullptr)), position_(other.position_) {}

Events::Subscription& Events::Subscription::operator=(Subscription&& other) noexcept {
  std::swap(events_, other.events_);
  std::swap(position_, other.position_);
  return *this;
}

Events::Subscription::~Subscription() {
  if (events_ != nullptr) {
    events_->listeners_.erase(position_);
  }
}

Events::Subscription Events::subscribe(Listener listener) {
  return Subscription(*this, listeners_.insert(listeners_.end(), std::move(listener)));
}

void Events::dispatch(const EventSpec& spec, std::span<const Value> values) const {
  EKIDEN_ASSERT(values.size() == spec.fields.size());
  const Event event{spec, values};
  for (const Listener& listener : listeners_) {
    listener(event);
  }
}

}  // namespace ekiden::runtime
