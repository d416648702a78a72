/// CurlTransport::Pool: brings requests and connections together.
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

/// What makes it cheap: connections are kept, with their registration in the loop; a request is written at once into a
/// kept one; what ended is resumed in the callback that found it. What makes it safe: nothing resumes a task while curl
/// is on the stack, and cancellations come through the loop.
class CurlTransport::Pool final : public std::enable_shared_from_this<Pool>, public Connector::Listener {
 public:
  Pool(runtime::Executor executor, runtime::Clock& clock, CurlOptions options);

  std::shared_ptr<Exchange> take();
  void give_back(std::shared_ptr<Exchange> exchange);

  void start(const std::shared_ptr<Exchange>& exchange);
  /// Abandons request `use` of the exchange, at the loop's next turn, unless it has ended.
  void cancel_later(std::weak_ptr<Exchange> exchange, std::uint64_t use);
  /// Ends everything with operation_aborted; nothing can be started any more. Must precede the destructor.
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
  /// Takes `step` with request `use` of the exchange, at the loop's next turn, unless it has ended.
  template <typename Step>
  void later(std::weak_ptr<Exchange> exchange, std::uint64_t use, Step step);
  void keep(std::unique_ptr<Link> link);
  void end(Exchange& exchange, boost::system::error_code error = {});
  void resume_here();
  void resume_later();
  void on_aged();

  runtime::Executor executor_;
  runtime::Clock& clock_;
  CurlOptions options_;
  std::shared_ptr<Connector> connector_;
  bool closed_ = false;
  Stats stats_;

  std::vector<std::shared_ptr<Exchange>> active_;  // On a link, or waiting in queue_.
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
};

}  // namespace ekiden::http
