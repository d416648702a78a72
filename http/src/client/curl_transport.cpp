#include <ekiden/http/curl_transport.hpp>

#include "connection_pool.hpp"

namespace ekiden::http {

CurlTransport::CurlTransport(runtime::Executor executor, runtime::Clock& clock, CurlOptions options)
    : pool_(std::make_shared<Pool>(std::move(executor), clock, std::move(options))) {}

CurlTransport::~CurlTransport() { pool_->close(); }

std::size_t CurlTransport::in_flight() const { return pool_->in_flight(); }

CurlTransport::Stats CurlTransport::stats() const { return pool_->stats(); }

runtime::Task<HttpResponse> CurlTransport::send(HttpRequest request) {
  struct Loan {
    std::shared_ptr<Pool> pool;
    std::shared_ptr<Exchange> exchange;
    ~Loan() { pool->put_back(std::move(exchange)); }
  };
  const Loan loan{pool_, pool_->take()};
  {
    // Destroys the request now: the exchange has its text, and a second copy of every waiting request would cost much
    // memory. Assigning an empty request would keep the memory of its strings.
    const HttpRequest written = std::move(request);
    loan.exchange->prepare(written);
  }

  auto enlist = [&loan](std::shared_ptr<LoopWaiter> waiter, boost::asio::cancellation_slot slot) {
    loan.exchange->waiter = std::move(waiter);
    if (slot.is_connected()) {
      slot.assign([pool = std::weak_ptr<Pool>(loan.pool), exchange = std::weak_ptr<Exchange>(loan.exchange),
                   use = loan.exchange->use](boost::asio::cancellation_type) {
        if (const auto strong = pool.lock()) {
          strong->cancel_later(exchange, use);
        }
      });
    }
    loan.pool->start(loan.exchange);
  };
  co_await suspend_on_loop(std::move(enlist));
  co_return loan.exchange->finish();
}

}  // namespace ekiden::http
