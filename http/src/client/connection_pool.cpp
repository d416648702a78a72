#include "connection_pool.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace ekiden::http {
namespace {

// Exchanges kept for reuse. More requests than connections only wait.
constexpr std::size_t kSpareMax = 256;
constexpr std::size_t kScratchSize = std::size_t{64} << 10;

}  // namespace

CurlTransport::Pool::Pool(runtime::Executor executor, runtime::Clock& clock, CurlOptions options)
    : executor_(std::move(executor)),
      clock_(clock),
      options_(std::move(options)),
      connector_(std::make_shared<Connector>(executor_, clock_, *this)),
      queue_(options_.connections_per_host_max, options_.connections_max),
      scratch_(kScratchSize) {}

void CurlTransport::Pool::close() {
  closed_ = true;
  ageing_.cancel();
  impatience_.cancel();
  while (!active_.empty()) {
    end(*active_.back(), boost::asio::error::operation_aborted);
  }
  idle_links_.clear();
  connector_->close();
  resume_later();
}

std::shared_ptr<Exchange> CurlTransport::Pool::take() {
  if (spare_.empty()) {
    return std::make_shared<Exchange>(options_);
  }
  std::shared_ptr<Exchange> exchange = std::move(spare_.back());
  spare_.pop_back();
  return exchange;
}

void CurlTransport::Pool::put_back(std::shared_ptr<Exchange> exchange) {
  if (!closed_ && !exchange->active && spare_.size() < kSpareMax) {
    exchange->clear();
    spare_.push_back(std::move(exchange));
  }
}

void CurlTransport::Pool::start(const std::shared_ptr<Exchange>& exchange) {
  if (closed_) {
    exchange->waiter->resume(boost::asio::error::operation_aborted);
    return;
  }
  exchange->active = true;
  exchange->position = active_.size();
  active_.push_back(exchange);
  exchange->has_place = queue_.enter(exchange);
  if (exchange->has_place) {
    begin(*exchange);
    resume_later();
  }
}

template <typename Step>
void CurlTransport::Pool::later(std::weak_ptr<Exchange> exchange, std::uint64_t use, Step step) {
  boost::asio::post(executor_, [weak = weak_from_this(), exchange = std::move(exchange), use, step] {
    const auto self = weak.lock();
    const auto strong = exchange.lock();
    if (self && strong && strong->active && strong->use == use) {
      step(*self, *strong);
      self->on_settled();
    }
  });
}

void CurlTransport::Pool::cancel_later(std::weak_ptr<Exchange> exchange, std::uint64_t use) {
  later(std::move(exchange), use, [](Pool& pool, Exchange& late) {
    if (late.was_ignored(pool.clock_.now())) {
      pool.distrust(*late.link);
    }
    pool.end(late, boost::asio::error::operation_aborted);
  });
}

// --- Steps of a request

void CurlTransport::Pool::begin(Exchange& exchange) {
  do {
    exchange.link = idle_links_.take(exchange.origin());
  } while (exchange.link != nullptr && exchange.must_not_repeat() && exchange.link->is_stale());
  if (exchange.link == nullptr) {
    connect(exchange);
    return;
  }
  ++links_in_use_;
  exchange.link->exchange = &exchange;
  connected(exchange);
}

void CurlTransport::Pool::connected(Exchange& exchange) {
  ++stats_.requests_sent;
  exchange.connected(clock_.now());
  proceed(exchange, exchange.send());
}

void CurlTransport::Pool::connect(Exchange& exchange) {
  if (links_in_use_ + idle_links_.size() >= options_.connections_max && idle_links_.size() > 0) {
    idle_links_.drop_oldest();
  }
  exchange.link = std::make_unique<Link>(connector_, options_, exchange.origin(), exchange.url(),
                                         exchange.connect_timeout().value_or(options_.connect_timeout));
  ++links_in_use_;
  exchange.link->exchange = &exchange;
  if (!connector_->start(*exchange.link)) {
    exchange.fail(CURLE_OUT_OF_MEMORY);
    end(exchange);
  }
}

void CurlTransport::Pool::on_connected(Link& link, CURLcode result) {
  Exchange& exchange = *link.exchange;
  if (result == CURLE_OK) {
    ++stats_.connections_opened;
    connected(exchange);
    return;
  }
  exchange.fail(result);
  if (link.exhausted == 0) {
    distrust(link);
  } else if (idle_links_.size() > 0) {
    idle_links_.drop_oldest();  // Makes room for the next connection.
  }
  end(exchange);
}

void CurlTransport::Pool::on_ready(Link& link, bool to_write) {
  if (Exchange* const exchange = link.exchange) {
    proceed(*exchange, to_write ? exchange->send() : exchange->receive(scratch_));
    return;
  }
  // Usually the peer closed it. But TLS also has messages of its own on an idle connection.
  std::size_t size = 0;
  if (link.receive(scratch_, size) != Link::Io::kBlocked || link.watch->want(CURL_POLL_IN) != 0) {
    idle_links_.drop(link);
  }
}

void CurlTransport::Pool::proceed(Exchange& exchange, Exchange::Progress progress) {
  switch (progress) {
    case Exchange::Progress::kWaiting:
      if (watch(exchange)) {
        return;
      }
      break;
    case Exchange::Progress::kAtGate:
      enter(exchange);
      return;
    case Exchange::Progress::kAnswered:
      if (exchange.keeps_link()) {
        keep(std::exchange(exchange.link, nullptr));
      }
      break;
    case Exchange::Progress::kBroken:
      distrust(*exchange.link);
      if (exchange.rewind()) {
        exchange.link.reset();
        --links_in_use_;
        connect(exchange);
        return;
      }
      break;
  }
  end(exchange);
}

// A body that must wait is not read. TCP's flow control then stops the sender.
void CurlTransport::Pool::enter(Exchange& exchange) {
  const std::weak_ptr<Exchange> weak = active_[exchange.position];
  auto granted = [owner = weak_from_this(), weak, use = exchange.use] {
    if (const auto pool = owner.lock()) {
      pool->later(weak, use, [](Pool& self, Exchange& late) { self.proceed(late, late.receive_body(self.scratch_)); });
    }
  };
  if (exchange.enter(std::move(granted))) {
    proceed(exchange, exchange.receive_body(scratch_));
  } else if (!watch(exchange)) {
    end(exchange);
  }
}

// Waits until the link is ready, but no longer than the patience. Returns false if that is impossible.
bool CurlTransport::Pool::watch(Exchange& exchange) {
  if (const int error = exchange.link->watch->want(exchange.wants()); error != 0) {
    exchange.starve(error);
    return false;
  }
  if (exchange.has_patience()) {
    be_patient_until(exchange.tell_moved(clock_.now()));
  }
  return true;
}

void CurlTransport::Pool::keep(std::unique_ptr<Link> link) {
  --links_in_use_;
  link->exchange = nullptr;
  if (link->watch->want(CURL_POLL_IN) != 0) {
    return;
  }
  idle_links_.put(std::move(link), clock_.now());
  if (!ageing_.armed()) {
    ageing_ = clock_.call_at(*idle_links_.next_end(), [this] { on_aged(); });
  }
}

void CurlTransport::Pool::on_aged() {
  ageing_ = {};
  idle_links_.drop_aged(clock_.now());
  if (const auto next = idle_links_.next_end()) {
    ageing_ = clock_.call_at(*next, [this] { on_aged(); });
  }
}

// --- Failures

// What made one connection fail has probably also broken the idle ones to the same host, and what we remember about it
// can be wrong.
void CurlTransport::Pool::distrust(const Link& failed) {
  idle_links_.drop_suspects(failed);
  connector_->forget();
}

void CurlTransport::Pool::be_patient_until(runtime::TimePoint due) {
  if (due < impatient_at_) {
    impatient_at_ = due;
    impatience_ = clock_.call_at(due, [this] { on_impatient(); });
  }
}

void CurlTransport::Pool::on_impatient() {
  const auto alive = shared_from_this();
  impatience_ = {};
  impatient_at_ = SilenceWatch::kNever;
  const runtime::TimePoint now = clock_.now();
  const auto waits = [](const Exchange& each) { return each.link != nullptr && each.link->watch != nullptr; };
  std::vector<std::shared_ptr<Exchange>> overdue;
  for (const std::shared_ptr<Exchange>& each : active_) {
    if (waits(*each) && each->impatient_at() <= now) {
      overdue.push_back(each);
    }
  }
  for (const std::shared_ptr<Exchange>& each : overdue) {
    hurry(*each, now);
  }
  for (const std::shared_ptr<Exchange>& each : active_) {
    if (waits(*each)) {
      be_patient_until(each->impatient_at());
    }
  }
  on_settled();
}

// This process can have been late, not the peer: what has already arrived counts.
void CurlTransport::Pool::hurry(Exchange& exchange, runtime::TimePoint now) {
  Exchange::Progress progress = exchange.is_sending() ? exchange.send() : Exchange::Progress::kWaiting;
  if (progress == Exchange::Progress::kWaiting && !exchange.has_moved()) {
    progress = exchange.receive(scratch_);
  }
  if (progress != Exchange::Progress::kWaiting || exchange.has_moved() || exchange.is_draining(now)) {
    proceed(exchange, progress);
    return;
  }
  exchange.lose_patience(now);
  distrust(*exchange.link);
  end(exchange);
}

void CurlTransport::Pool::end(Exchange& exchange, boost::system::error_code error) {
  if (std::exchange(exchange.link, nullptr) != nullptr) {
    --links_in_use_;
  }
  if (std::exchange(exchange.has_place, false)) {
    queue_.leave(exchange);
  } else {
    queue_.forget(exchange);
  }
  exchange.active = false;
  ended_.push_back(Ended{std::move(exchange.waiter), error});
  const std::size_t position = exchange.position;
  const std::shared_ptr<Exchange> kept = std::move(active_[position]);
  if (position + 1 != active_.size()) {
    active_[position] = std::move(active_.back());
    active_[position]->position = position;
  }
  active_.pop_back();
}

// --- End of a turn

void CurlTransport::Pool::on_settled() {
  const auto alive = shared_from_this();
  while (const std::shared_ptr<Exchange> exchange = queue_.next()) {
    exchange->has_place = true;
    begin(*exchange);
  }
  resume_here();
}

void CurlTransport::Pool::resume_here() {
  while (!ended_.empty()) {
    const Ended ended = std::move(ended_.front());
    ended_.pop_front();
    ended.waiter->resume_now(ended.error);
  }
}

void CurlTransport::Pool::resume_later() {
  for (; !ended_.empty(); ended_.pop_front()) {
    ended_.front().waiter->resume(ended_.front().error);  // Only posts it: no task runs here.
  }
}

}  // namespace ekiden::http
