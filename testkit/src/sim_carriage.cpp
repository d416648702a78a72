// How SimNetwork carries bytes: links that are slow or silent, connections that die, and the patience of requests.
#include <ekiden/http/curl_transport.hpp>
#include <ekiden/testkit/process.hpp>
#include <ekiden/testkit/sim_network.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

#include "sim_exchange.hpp"

namespace ekiden::testkit {

using Kind = http::TransportError::Kind;

namespace {

constexpr std::chrono::milliseconds kSlice{500};  // Slow links carry what they can in this time, at least a byte.
constexpr std::uint64_t kSpeedless = 0;           // No limit.
constexpr std::uint64_t kHeadSize = 500;          // The head of a request or of an answer, about.
constexpr std::chrono::seconds kConnectTimeout{3};

std::uint64_t slower(std::uint64_t a, std::uint64_t b) {
  return a == kSpeedless ? b : b == kSpeedless ? a : std::min(a, b);
}

}  // namespace

void SimNetwork::set_speed(const Process& process, std::uint64_t bytes_per_second) {
  speeds_[process.index()] = bytes_per_second;
}

void SimNetwork::set_silent(const Process& process, bool silent) {
  if (silent) {
    silent_.insert(process.index());
    return;
  }
  silent_.erase(process.index());
  for (const auto& [id, exchange] : exchanges_) {
    if (exchange->on_healed && !is_silent(*exchange)) {
      after(exchange, latency(), std::exchange(exchange->on_healed, nullptr));
    }
  }
}

void SimNetwork::lose_connections(const Process& process) {
  const auto serves = [&](const std::string& authority) {
    const auto listener = listeners_.find(authority);
    return listener != listeners_.end() && listener->second.process == &process;
  };
  for (auto& [key, kept] : kept_) {
    if (key.first == process.index() || serves(key.second)) {
      kept.dead += std::exchange(kept.live, 0);
    }
  }
  for (const auto& [id, exchange] : exchanges_) {
    if (!exchange->connected || (exchange->client != &process && !serves(exchange->authority))) {
      continue;
    }
    exchange->lost = true;
    exchange->on_healed = nullptr;
    if (exchange->state != Exchange::State::kHandling) {
      go_silent(exchange);
    }
  }
}

std::uint64_t SimNetwork::speed_of(const Exchange& exchange) const {
  const auto own = [this](const Process* process) {
    const auto found = process == nullptr ? speeds_.end() : speeds_.find(process->index());
    return found == speeds_.end() ? kSpeedless : found->second;
  };
  if (exchange.client == exchange.server) {
    return kSpeedless;
  }
  return slower(conditions_.bytes_per_second, slower(own(exchange.client), own(exchange.server)));
}

bool SimNetwork::is_silent(const Exchange& exchange) const {
  const auto listener = listeners_.find(exchange.authority);
  const Process* const server = listener == listeners_.end() ? exchange.server : listener->second.process;
  return server != exchange.client &&
         (silent_.contains(exchange.client->index()) || (server != nullptr && silent_.contains(server->index())));
}

// --- Connections, as CurlTransport keeps them: the most recently used one first

SimNetwork::Kept& SimNetwork::kept(const Exchange& exchange) {
  return kept_[{exchange.client_index, exchange.authority}];
}

SimNetwork::Connection SimNetwork::connect(const ExchangePtr& exchange) {
  Kept& idle = kept(*exchange);
  if (idle.live + idle.dead == 0 && is_silent(*exchange)) {
    exchange->on_healed = [this, exchange] { deliver(exchange); };
    fail_after(exchange, kConnectTimeout, Kind::kConnect, "connect timed out");
    return Connection::kNone;
  }
  const bool dead = idle.live == 0 && idle.dead > 0;
  if (dead || idle.live > 0) {
    --(dead ? idle.dead : idle.live);
  }
  exchange->connected = true;
  exchange->watch.start(exchange->request.patience, wire_.now());
  return dead ? Connection::kDead : Connection::kLive;
}

// A failure makes all idle connections to the host suspect.
void SimNetwork::disconnect(Exchange& exchange) {
  if (!std::exchange(exchange.connected, false)) {
    return;
  }
  if (exchange.response && !exchange.abandoned) {
    ++kept(exchange).live;
  } else if (!exchange.why.empty()) {
    kept_.erase({exchange.client_index, exchange.authority});
  }
}

// --- Bytes

void SimNetwork::carry(const ExchangePtr& exchange, std::uint64_t bytes, std::function<void()> arrived) {
  exchange->left = bytes;
  exchange->arrived = std::move(arrived);
  if (conditions_.stall > 0 && random_.chance(conditions_.stall)) {
    note(*exchange, "stalled");
    be_patient(exchange);
    after(exchange, runtime::Duration(random_.between(0, conditions_.stall_max.count())),
          [this, exchange] { carry_on(exchange); });
    return;
  }
  carry_on(exchange);
}

void SimNetwork::carry_on(const ExchangePtr& exchange) {
  if (exchange->lost || is_silent(*exchange)) {
    if (!exchange->lost) {
      exchange->on_healed = [this, exchange] { carry_on(exchange); };
    }
    go_silent(exchange);
    return;
  }
  const std::uint64_t speed = speed_of(*exchange);
  if (speed == kSpeedless || exchange->left == 0) {
    exchange->left = 0;
    const auto arrived = std::exchange(exchange->arrived, nullptr);
    arrived();
    return;
  }
  constexpr std::uint64_t kSecond = std::chrono::nanoseconds(std::chrono::seconds(1)).count();
  const std::uint64_t slice = std::max<std::uint64_t>(1, speed / (std::chrono::seconds(1) / kSlice));
  const std::uint64_t bytes = std::min(slice, exchange->left);
  be_patient(exchange);
  after(exchange, runtime::Duration(bytes * kSecond / speed), [this, exchange, bytes] {
    exchange->left -= bytes;
    exchange->watch.moved(bytes, wire_.now());
    carry_on(exchange);
  });
}

void SimNetwork::upload(const ExchangePtr& exchange, std::function<void()> arrived) {
  carry(exchange, kHeadSize + exchange->request.body.size(), [this, exchange, arrived = std::move(arrived)] {
    exchange->watch.sent(wire_.now());
    be_patient(exchange);
    arrived();
  });
}

// The head of an answer arrives first. If the rest takes time, the client's task asks for it after its gate has opened.
void SimNetwork::arrive(const ExchangePtr& exchange) {
  carry(exchange, kHeadSize, [this, exchange] {
    exchange->watch.answering(kHeadSize, wire_.now());
    if (speed_of(*exchange) == kSpeedless && conditions_.stall == 0) {
      settle(exchange);
      return;
    }
    exchange->head_only = true;
    note(*exchange, "head");
    be_patient(exchange);
    if (const auto waiter = std::exchange(exchange->waiter, nullptr)) {
      waiter->resume();
    }
  });
}

void SimNetwork::hold(const ExchangePtr& exchange) {
  exchange->watch.hold();
  exchange->impatience.cancel();
}

void SimNetwork::fetch_body(const ExchangePtr& exchange) {
  exchange->head_only = false;
  exchange->watch.release(wire_.now());
  carry(exchange, exchange->response->body.size(), [this, exchange] { settle(exchange); });
}

// --- Patience

void SimNetwork::be_patient(const ExchangePtr& exchange) {
  const runtime::TimePoint due = exchange->watch.due();
  if (due == http::SilenceWatch::kNever) {
    exchange->impatience.cancel();
    return;
  }
  exchange->impatience = wire_.call_at(due, [this, exchange] {
    const ExchangePtr alive = exchange;  // The alarm goes here, with its function.
    if (alive->watch.due() > wire_.now()) {
      be_patient(alive);
    } else {
      lose_patience(alive);
    }
  });
}

void SimNetwork::lose_patience(const ExchangePtr& exchange) {
  note(*exchange, "impatient");
  exchange->error = Kind::kSilent;
  exchange->why = "nothing moved for too long";
  exchange->response.reset();
  exchange->impatience.cancel();
  const auto waiter = std::exchange(exchange->waiter, nullptr);
  disconnect(*exchange);
  abandon(exchange);
  if (waiter) {
    waiter->resume();
  }
}

// Linux closes a connection whose peer does not acknowledge anything.
void SimNetwork::go_silent(const ExchangePtr& exchange) {
  note(*exchange, "silent");
  be_patient(exchange);
  fail_after(exchange, http::CurlTransport::kDeadAfter, Kind::kReset, "connection timed out");
}

}  // namespace ekiden::testkit
