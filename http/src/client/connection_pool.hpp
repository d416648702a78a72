/// CurlTransport::Pool: assigns requests to connections.
#pragma once

#include <ekiden/http/curl_transport.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "connection/connector.hpp"
#include "connection/idle_links.hpp"
#include "connection_queue.hpp"
#include "exchange.hpp"

namespace ekiden::http {

/// Fast: connections are kept with their registration in the loop, a request is written at once to a kept connection,
/// and a finished request is resumed in the callback that found it finished. Safe: no task is resumed while curl is on
/// the stack, and cancellations go through the loop.
class CurlTransport::Pool final : public std::enable_shared_from_this<Pool>, public Connector::Listener {
 public:
  Pool(runtime::Executor executor, runtime::Clock& clock, CurlOptions options);

  std::shared_ptr<Exchange> take();
  void put_back(std::shared_ptr<Exchange> exchange);

  void start(const std::shared_ptr<Exchange>& exchange);
  /// Abandons request `use` of the exchange at the loop's next turn, unless it has ended.
  void cancel_later(std::weak_ptr<Exchange> exchange, std::uint64_t use);
  /// Ends all requests with operation_aborted; no request can be started afterwards. Call it before the destructor.
  void close();

  std::size_t in_flight() const { return active_.size(); }
  Stats stats() const { return stats_; }

 private:
  void on_connected(Link& link, CURLcode result) override;
  void on_ready(Link& link, bool to_write) override;
  void on_settled() override;

  void begin(Exchange& exchange);
  void connect(Exchange& exchange);
  void proceed(Exchange& exchange, Exchange::Progress progress);
  void enter(Exchange& exchange);
  /// Performs `step` with request `use` of the exchange at the loop's next turn, unless the request has ended.
  template <typename Step>
  void later(std::weak_ptr<Exchange> exchange, std::uint64_t use, Step step);
  void keep(std::unique_ptr<Link> link);
  void end(Exchange& exchange, boost::system::error_code error = {});
  void resume_here();
  void resume_later();
  void on_aged();

  void connected(Exchange& exchange);
  bool watch(Exchange& exchange);
  void distrust(const Link& failed);
  void be_patient_until(runtime::TimePoint due);
  void on_impatient();
  void hurry(Exchange& exchange, runtime::TimePoint now);

  runtime::Executor executor_;
  runtime::Clock& clock_;
  CurlOptions options_;
  std::shared_ptr<Connector> connector_;
  bool closed_ = false;
  Stats stats_;

  std::vector<std::shared_ptr<Exchange>> active_;  // With a link, or waiting in queue_.
  ConnectionQueue queue_;
  std::size_t links_in_use_ = 0;
  IdleLinks idle_links_;
  std::vector<std::shared_ptr<Exchange>> spare_;
  std::vector<char> scratch_;

  struct Ended {
    std::shared_ptr<LoopWaiter> waiter;
    boost::system::error_code error;
  };
  std::deque<Ended> ended_;
  runtime::Clock::Alarm ageing_;
  // One alarm for all requests, at the end of the patience that ends first.
  runtime::TimePoint impatient_at_ = SilenceWatch::kNever;
  runtime::Clock::Alarm impatience_;
};

}  // namespace ekiden::http
