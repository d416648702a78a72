#include "connection_queue.hpp"

#include <algorithm>

#include "exchange.hpp"

namespace ekiden::http {

bool ConnectionQueue::enter(const std::string& name, const std::shared_ptr<Exchange>& exchange) {
  Host& host = hosts_[name];
  if (host.waiting.empty() && has_room(host)) {
    ++host.busy;
    ++total_;
    return true;
  }
  host.waiting.push_back(exchange);
  ++waiting_;
  return false;
}

void ConnectionQueue::leave(const std::string& name) {
  --hosts_.at(name).busy;
  --total_;
  drop_if_unused(name);
}

void ConnectionQueue::forget(const std::string& name, const Exchange& exchange) {
  auto& waiting = hosts_.at(name).waiting;
  const auto found =
      std::find_if(waiting.begin(), waiting.end(), [&exchange](const auto& each) { return each.get() == &exchange; });
  if (found != waiting.end()) {
    waiting.erase(found);
    --waiting_;
  }
  drop_if_unused(name);
}

std::shared_ptr<Exchange> ConnectionQueue::next() {
  if (waiting_ == 0) {
    return nullptr;
  }
  for (auto& [name, host] : hosts_) {
    if (!host.waiting.empty() && has_room(host)) {
      std::shared_ptr<Exchange> exchange = std::move(host.waiting.front());
      host.waiting.pop_front();
      --waiting_;
      ++host.busy;
      ++total_;
      return exchange;
    }
  }
  return nullptr;
}

void ConnectionQueue::drop_if_unused(const std::string& name) {
  const auto found = hosts_.find(name);
  if (found->second.busy == 0 && found->second.waiting.empty()) {
    hosts_.erase(found);
  }
}

}  // namespace ekiden::http
