// DateWatch: measures how far our clock is off, from the Date headers of the services' answers.
#pragma once

#include <ekiden/base/calendar.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/clock.hpp>

#include <optional>

namespace ekiden::worker::doctor {

/// Forwards every request to `next` and compares the Date header of each answer with our clock.
class DateWatch final : public http::Transport {
 public:
  DateWatch(http::Transport& next, runtime::Clock& clock) : next_(next), clock_(clock) {}

  Task<http::HttpResponse> send(http::HttpRequest request) override {
    const runtime::WallTime sent = clock_.wall_now();
    http::HttpResponse response = co_await next_.send(std::move(request));
    const runtime::WallTime received = clock_.wall_now();
    const auto date = base::parse_http_date(response.headers.find("Date").value_or(""));
    if (date && !response.headers.find("Age")) {  // An Age header marks a cached, older answer.
      ahead_ = sent + (received - sent) / 2 - (*date + std::chrono::milliseconds(500));  // Date has whole seconds.
    }
    co_return response;
  }

  /// How far our clock is ahead of the service's, by the last answer with a Date; empty if there was none.
  std::optional<runtime::Duration> ahead() const { return ahead_; }

 private:
  http::Transport& next_;
  runtime::Clock& clock_;
  std::optional<runtime::Duration> ahead_;
};

}  // namespace ekiden::worker::doctor
