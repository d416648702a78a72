/// Events: publishes what happens to its listeners: the log, the metrics, tests.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <list>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

namespace ekiden::runtime {

enum class Severity { kDebug, kInfo, kWarning, kError };

/// How an event feeds a metric. Names are a contract with dashboards: docs/metrics.md.
struct MetricSpec {
  enum class Kind { kNone, kCounter, kGauge, kHistogram };
  Kind kind = Kind::kNone;
  std::string_view name;  ///< With the prefix ekiden_.
  std::string_view help;
  std::string_view value;                    ///< The field to add or observe; empty: 1 per event.
  std::span<const std::string_view> labels;  ///< Fields that become labels. Keep them few, with few distinct values.
};

/// One kind of event. Each floor declares its own as constants in <floor>/events.hpp.
struct EventSpec {
  std::string_view name;  ///< As in the log: lease.lost
  Severity severity = Severity::kInfo;
  std::span<const std::string_view> fields;  ///< Names of the values, in the order of publish().
  MetricSpec metric;
};

using Value = std::variant<std::int64_t, double, bool, std::string_view>;

/// A published event; valid only during the listener's call.
struct Event {
  const EventSpec& spec;
  std::span<const Value> values;  ///< One for each of spec.fields.

  /// The value of a field; nullptr if there is no such field.
  const Value* find(std::string_view field) const;
};

/// Passes events to listeners. Publishing without a listener costs one branch. A listener must not throw, subscribe or
/// unsubscribe during its call.
class Events {
 public:
  using Listener = std::function<void(const Event&)>;

  /// Ends the subscription when destroyed. Must not outlive the Events.
  class Subscription {
   public:
    Subscription() = default;
    Subscription(Events& events, std::list<Listener>::iterator position);
    Subscription(Subscription&& other) noexcept;
    Subscription& operator=(Subscription&& other) noexcept;
    ~Subscription();

   private:
    Events* events_ = nullptr;
    std::list<Listener>::iterator position_;
  };
  [[nodiscard]] Subscription subscribe(Listener listener);

  bool listened_to() const { return !listeners_.empty(); }

  void publish(const EventSpec& spec, std::initializer_list<Value> values) const {
    if (listened_to()) {
      dispatch(spec, std::span<const Value>(values.begin(), values.size()));
    }
  }

 private:
  void dispatch(const EventSpec& spec, std::span<const Value> values) const;
  std::list<Listener> listeners_;
};

}  // namespace ekiden::runtime
