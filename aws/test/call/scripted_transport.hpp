// ScriptedTransport: sends given answers one after another, to test how a client handles them. It does not imitate SQS
// or DynamoDB; tests of their behaviour use the local server.
#pragma once

#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/simulated/loop.hpp>

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <vector>

namespace ekiden::aws {

class ScriptedTransport final : public http::Transport {
 public:
  explicit ScriptedTransport(runtime::Clock& clock) : clock_(clock) {}

  void answer(int status, std::string body, http::Headers headers = {}) {
    http::HttpResponse response;
    response.status = status;
    response.headers = std::move(headers);
    response.body = std::move(body);
    steps_.push_back([response](http::HttpResponse& out) { out = response; });
  }
  void fail(http::TransportError::Kind kind) { fail(http::TransportError(kind, "scripted")); }
  void fail(http::TransportError::Kind kind, bool maybe_seen) {
    fail(http::TransportError(kind, "scripted", maybe_seen));
  }
  void fail(const http::TransportError& error) {
    steps_.push_back([error](http::HttpResponse&) { throw http::TransportError(error); });
  }
  /// Says nothing: the patience of the request ends.
  void hang() { steps_.push_back({}); }
  /// From now on, every answer takes this long.
  void delay(runtime::Duration time) { delay_ = time; }
  /// Removes the answers that were not used.
  void forget() { steps_.clear(); }

  Task<http::HttpResponse> send(http::HttpRequest request) override {
    times_.push_back(clock_.now());
    requests_.push_back(std::move(request));
    if (steps_.empty()) {
      throw std::logic_error("one request more than the script has answers");
    }
    const std::function<void(http::HttpResponse&)> step = std::move(steps_.front());
    steps_.pop_front();
    if (!step) {
      const std::optional<http::Patience> patience = requests_.back().patience;
      co_await clock_.sleep_for(patience ? patience->first_byte : std::chrono::hours(1));
      throw http::TransportError(http::TransportError::Kind::kSilent, "scripted");
    }
    if (delay_ > runtime::Duration::zero()) {
      co_await clock_.sleep_for(delay_);
    }
    http::HttpResponse response;
    step(response);
    co_return response;
  }

  const std::vector<http::HttpRequest>& requests() const { return requests_; }
  const std::vector<runtime::TimePoint>& times() const { return times_; }
  std::size_t left() const { return steps_.size(); }
  std::string target() const { return std::string(requests_.back().headers.find("X-Amz-Target").value_or("none")); }

 private:
  runtime::Clock& clock_;
  runtime::Duration delay_{};
  std::deque<std::function<void(http::HttpResponse&)>> steps_;
  std::vector<http::HttpRequest> requests_;
  std::vector<runtime::TimePoint> times_;
};

/// A simulated loop with a scripted network.
class ScriptedTest : public testing::Test {
 protected:
  runtime::SimulatedLoop loop_{7};
  ScriptedTransport wire_{loop_.clock()};
};

}  // namespace ekiden::aws
