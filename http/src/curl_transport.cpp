#include <ekiden/http/curl_transport.hpp>

#include "curl_multi.hpp"

namespace ekiden::http {

CurlTransport::CurlTransport(runtime::Executor executor, runtime::Clock& clock, CurlOptions options)
    : multi_(std::make_shared<Multi>(std::move(executor), clock, std::move(options))) {}

CurlTransport::~CurlTransport() { multi_->close(); }

std::size_t CurlTransport::in_flight() const { return multi_->in_flight(); }

runtime::Task<HttpResponse> CurlTransport::send(HttpRequest request) {
  struct Loan {
    std::shared_ptr<Multi> multi;
    std::shared_ptr<CurlTransfer> transfer;
    ~Loan() { multi->give_back(std::move(transfer)); }
  };
  const Loan loan{multi_, multi_->take()};
  loan.transfer->prepare(std::move(request));

  auto enlist = [&loan](std::shared_ptr<LoopWaiter> waiter, boost::asio::cancellation_slot slot) {
    loan.transfer->waiter = std::move(waiter);
    if (slot.is_connected()) {
      slot.assign([multi = std::weak_ptr<Multi>(loan.multi), transfer = std::weak_ptr<CurlTransfer>(loan.transfer),
                   use = loan.transfer->use](boost::asio::cancellation_type) {
        if (const auto strong = multi.lock()) {
          strong->cancel_later(transfer, use);
        }
      });
    }
    loan.multi->start(loan.transfer);
  };
  co_await suspend_on_loop(std::move(enlist));
  co_return loan.transfer->finish();
}

}  // namespace ekiden::http
