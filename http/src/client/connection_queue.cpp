#include "connection_queue.hpp"

#include <algorithm>

#include "exchange.hpp"

namespace ekiden::http {

ConnectionQueue::LaneState& ConnectionQueue::lane_of(const Exchange& exchange) {
  const auto index = static_cast<std::size_t>(exchange.lane());
  if (index >= lanes_.size()) {
    lanes_.resize(index + 1);
  }
  return lanes_[index];
}

bool ConnectionQueue::enter(const std::shared_ptr<Exchange>& exchange) {
  LaneState& lane = lane_of(*exchange);
  Host& host = lane.hosts[exchange->origin()];
  if (host.waiting.empty() && has_room(lane, host)) {
    ++host.busy;
    ++lane.busy;
    return true;
  }
  host.waiting.push_back(exchange);
  ++lane.waiting;
  ++waiting_;
  return false;
}

void ConnectionQueue::leave(const Exchange& exchange) {
  LaneState& lane = lane_of(exchange);
  --lane.hosts.at(exchange.origin()).busy;
  --lane.busy;
  drop_if_unused(lane, exchange.origin());
}

void ConnectionQueue::forget(const Exchange& exchange) {
  LaneState& lane = lane_of(exchange);
  auto& waiting = lane.hosts.at(exchange.origin()).waiting;
  const auto found =
      std::find_if(waiting.begin(), waiting.end(), [&exchange](const auto& each) { return each.get() == &exchange; });
  if (found != waiting.end()) {
    waiting.erase(found);
    --lane.waiting;
    --waiting_;
  }
  drop_if_unused(lane, exchange.origin());
}

std::shared_ptr<Exchange> ConnectionQueue::next() {
  if (waiting_ == 0) {
    return nullptr;
  }
  for (LaneState& lane : lanes_) {
    if (lane.waiting == 0 || lane.busy >= total_max_) {
      continue;
    }
    for (auto& [name, host] : lane.hosts) {
      if (!host.waiting.empty() && has_room(lane, host)) {
        std::shared_ptr<Exchange> exchange = std::move(host.waiting.front());
        host.waiting.pop_front();
        --lane.waiting;
        --waiting_;
        ++host.busy;
        ++lane.busy;
        return exchange;
      }
    }
  }
  return nullptr;
}

void ConnectionQueue::drop_if_unused(LaneState& lane, const std::string& host) {
  const auto found = lane.hosts.find(host);
  if (found->second.busy == 0 && found->second.waiting.empty()) {
    lane.hosts.erase(found);
  }
}

}  // namespace ekiden::http
