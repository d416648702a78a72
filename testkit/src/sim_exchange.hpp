/// SimNetwork::Exchange: one request and its answer.
#pragma once

#include <ekiden/http/patience.hpp>
#include <ekiden/runtime/task_group.hpp>
#include <ekiden/runtime/waiter.hpp>
#include <ekiden/testkit/sim_network.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ekiden::testkit {

// The network holds it until it is settled, and the client's task holds it, too.
struct SimNetwork::Exchange {
  enum class State { kSending, kHandling, kAnswering, kSettled };
  enum class Fate { kArrives, kRequestLost, kAnswerLost, kRequestReset, kAnswerReset };

  std::uint64_t id = 0;
  Process* client = nullptr;
  std::size_t client_index = 0;  ///< An abandoned exchange can outlive its client.
  Process* server = nullptr;     ///< Set when the request is delivered.
  std::string authority{};
  http::HttpRequest request{};
  State state = State::kSending;
  Fate fate = Fate::kArrives;
  bool connected = false;
  bool lost = false;  ///< Its connection is dead: nothing arrives any more.
  bool abandoned = false;
  runtime::Clock::Alarm next{};  ///< The alarm of its next step on the wire.
  runtime::TaskGroup::Handle handler{};
  std::shared_ptr<runtime::Waiter> waiter{};
  std::optional<http::HttpResponse> response{};
  http::TransportError::Kind error = http::TransportError::Kind::kReset;
  std::string why{};

  http::SilenceWatch watch{};
  runtime::Clock::Alarm impatience{};
  std::uint64_t left = 0;             ///< Bytes that are still to be carried.
  std::function<void()> arrived{};    ///< What happens when no byte is left.
  std::function<void()> on_healed{};  ///< Set while it waits for the end of a silence.
  bool head_only = false;             ///< The head of the answer is here; the client fetches the body.

  /// What would happen next refers to the exchange itself: without this it would never be freed.
  void drop_steps() {
    arrived = nullptr;
    on_healed = nullptr;
  }
};

}  // namespace ekiden::testkit
