#include "connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <cstring>

namespace ekiden::http {
namespace {

using boost::system::error_code;

constexpr std::size_t kInputMin = std::size_t{16} << 10;
constexpr std::size_t kInputMax = std::size_t{64} << 10;
// A buffer up to this size is kept for the next answer; a larger one is freed.
constexpr std::size_t kOutputKeptMax = std::size_t{64} << 10;
// After an error the rest of the request is read and dropped for this time. Closing a socket with unread bytes would
// reset the connection, and the client could not read the answer (RFC 9112, section 9.6).
constexpr runtime::Duration kLingerMax = std::chrono::seconds(2);
// Bytes a second. A client that moves fewer is slow: it can be cut at request_timeout, or for another client.
constexpr std::size_t kRateMin = std::size_t{16} << 10;
constexpr runtime::Duration kSlowAfter = std::chrono::seconds(1);

runtime::Duration time_for(std::size_t bytes) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(bytes) * 1000 / static_cast<std::int64_t>(kRateMin));
}

}  // namespace

Connection::Connection(Serving& serving, boost::asio::ip::tcp::socket socket)
    : serving_(serving),
      socket_(std::move(socket)),
      parser_(RequestParser::Limits{std::min(serving.options.header_max, kInputMax), serving.options.body_max}),
      since_(serving.clock.now()) {
  error_code ignored;  // An error also appears at the first read.
  socket_.non_blocking(true, ignored);
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
}

void Connection::stop_if_idle() {
  if (phase_ == Phase::kIdle && !parser_.started()) {
    ended_ = true;
    wake();
  }
}

void Connection::close() noexcept {
  ended_ = true;
  alarm_.cancel();
  alarm_armed_ = false;
  error_code ignored;
  socket_.close(ignored);
}

Connection::Use Connection::use(runtime::TimePoint now) const {
  if (ended_ && phase_ != Phase::kHandling) {
    return Use::kEnding;
  }
  if (phase_ == Phase::kIdle) {
    error_code error;
    return socket_.available(error) > 0 ? Use::kBusy : Use::kIdle;  // A request may have arrived unread.
  }
  const bool is_slow = phase_ != Phase::kHandling && now - since_ > kSlowAfter + time_for(moved_);
  return is_slow ? Use::kSlow : Use::kBusy;
}

void Connection::give_way() {
  ended_ = true;
  if (sending_) {
    close();
  } else {
    wake();
  }
}

// --- Deadlines

void Connection::enter(Phase phase) {
  phase_ = phase;
  if (phase == Phase::kHandling) {
    return;  // A handler has no time limit, because it can be a long poll.
  }
  since_ = serving_.clock.now();
  moved_ = 0;
  arm(deadline());
  if (serving_.crowded && phase == Phase::kIdle) {
    serving_.freed.notify_one();
  }
}

runtime::TimePoint Connection::deadline() const {
  if (phase_ == Phase::kIdle) {
    return since_ + serving_.options.idle_timeout;
  }
  if (phase_ == Phase::kLingering) {
    return since_ + kLingerMax;
  }
  // Bounded, because chunks of a body can have more framing than content, without end.
  const std::size_t counted =
      phase_ == Phase::kReading ? std::min(moved_, serving_.options.header_max + serving_.options.body_max) : moved_;
  return since_ + serving_.options.request_timeout + time_for(counted);
}

void Connection::arm(runtime::TimePoint deadline) {
  if (!alarm_armed_ || alarm_at_ > deadline) {
    alarm_at_ = deadline;
    alarm_armed_ = true;
    alarm_ = serving_.clock.call_at(deadline, [this] { on_alarm(); });
  }
}

void Connection::on_alarm() {
  alarm_armed_ = false;
  if (phase_ == Phase::kHandling) {
    return;
  }
  if (serving_.clock.now() < deadline()) {
    arm(deadline());
    return;
  }
  expired_ = true;
  if (sending_) {
    close();  // Makes the write fail.
  } else {
    wake();
  }
}

// --- Reading

void Connection::read_more() {
  if (reading_ || ended_) {
    return;
  }
  if (input_.empty()) {
    input_.resize(std::clamp(serving_.options.header_max, kInputMin, kInputMax));
  }
  if (input_begin_ == input_end_) {
    input_begin_ = input_end_ = 0;
  } else if (input_end_ == input_.size() && input_begin_ > 0) {
    std::memmove(input_.data(), input_.data() + input_begin_, input_end_ - input_begin_);
    input_end_ -= input_begin_;
    input_begin_ = 0;
  }
  if (input_end_ == input_.size()) {
    return;  // A client that pipelines more requests must wait.
  }
  reading_ = true;
  socket_.async_read_some(
      boost::asio::buffer(input_.data() + input_end_, input_.size() - input_end_),
      [self = shared_from_this()](const error_code& error, std::size_t size) { self->on_read(error, size); });
}

void Connection::on_read(const error_code& error, std::size_t size) {
  reading_ = false;
  input_end_ += size;
  moved_ += size;
  if (phase_ == Phase::kLingering) {
    input_begin_ = input_end_ = 0;
  }
  if (error) {
    ended_ = true;
    if (phase_ == Phase::kHandling) {
      task_.cancel();
    }
  }
  if (phase_ == Phase::kHandling) {
    read_more();  // Notice if the client closes the connection.
  } else {
    wake_now();
  }
}

void Connection::wake() {
  if (const auto waiter = std::exchange(waiter_, nullptr)) {
    waiter->resume();
  }
}

// Must be the last action of a callback, because the session, and this object, can end.
void Connection::wake_now() {
  if (const auto waiter = std::exchange(waiter_, nullptr)) {
    waiter->resume_now({});
  }
}

runtime::Task<> Connection::wait_for_bytes() {
  read_more();
  return suspend_on_loop([this](std::shared_ptr<LoopWaiter> waiter, boost::asio::cancellation_slot slot) {
    if (slot.is_connected()) {
      slot.assign([weak = std::weak_ptr<LoopWaiter>(waiter)](boost::asio::cancellation_type) {
        if (const auto strong = weak.lock()) {
          strong->resume(boost::asio::error::operation_aborted);
        }
      });
    }
    waiter_ = std::move(waiter);
  });
}

RequestParser::Result Connection::parse() {
  std::string_view bytes(input_.data() + input_begin_, input_end_ - input_begin_);
  const RequestParser::Result result = parser_.feed(bytes);
  input_begin_ = input_end_ - bytes.size();
  return result;
}

// --- The session

runtime::Task<> Connection::serve(std::shared_ptr<Connection> self) {
  struct Closer {
    Connection& connection;
    ~Closer() { connection.close(); }
  };
  const Closer closer{*self};
  bool keep = true;
  while (keep && !self->ended_) {
    RequestParser::Result received = self->parse();
    if (received == RequestParser::Result::kNeedMore) {
      self->enter(self->parser_.started() ? Phase::kReading : Phase::kIdle);
    }
    while (received == RequestParser::Result::kNeedMore && self->awaits_more() && !self->is_full()) {
      if (self->parser_.take_expectation()) {
        self->output_ += "HTTP/1.1 100 Continue\r\n\r\n";
        co_await self->send();
      }
      co_await self->wait_for_bytes();
      received = self->parse();
      if (received == RequestParser::Result::kNeedMore && self->phase_ == Phase::kIdle && self->parser_.started()) {
        self->enter(Phase::kReading);
      }
    }
    if (received == RequestParser::Result::kFailed) {
      co_await self->refuse(self->parser_.error_status(), self->parser_.error_reason());
      co_return;
    }
    if (received == RequestParser::Result::kNeedMore) {
      if (self->is_full() && !self->ended_) {
        co_await self->refuse(431, "the header, or a line of the body, is too large");
      } else if (self->expired_ && self->parser_.started() && !self->ended_) {
        co_await self->refuse(408, "the request did not arrive in time");
      }
      co_return;
    }
    keep = self->parser_.keep_alive() && !self->serving_.stopping;
    co_await self->answer(keep);
  }
  if (!self->ended_ && self->input_begin_ != self->input_end_) {
    co_await self->linger();
  }
}

// False if the client is gone or too slow, or if the server is stopping and the connection is idle.
bool Connection::awaits_more() const { return !ended_ && !expired_ && (!serving_.stopping || parser_.started()); }

// True if the parser needs more bytes than the buffer can hold.
bool Connection::is_full() const { return !input_.empty() && input_end_ - input_begin_ == input_.size(); }

runtime::Task<> Connection::answer(bool keep) {
  HttpRequest request = parser_.take();
  const bool head = request.method == "HEAD";
  HttpResponse response;
  bool dropped = false;
  std::exception_ptr error;
  enter(Phase::kHandling);
  read_more();
  try {
    response = co_await serving_.handler(std::move(request));
  } catch (const DropConnection&) {
    dropped = true;
  } catch (...) {
    error = std::current_exception();
  }
  if (error) {
    const auto cancellation = co_await boost::asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != boost::asio::cancellation_type::none) {
      std::rethrow_exception(error);
    }
    response = HttpResponse{500, {{"Content-Type", "text/plain"}}, "internal error\n"};
  }
  if (dropped || ended_) {
    ended_ = true;
    co_return;
  }
  // If the server was stopped while the handler ran, this is the connection's last answer; serve() then ends.
  append_response(output_, response, ResponseForm{head, !keep || serving_.stopping},
                  serving_.date.text(serving_.clock.wall_now()));
  if (!send_now()) {
    enter(Phase::kWriting);
    co_await send();
  }
}

runtime::Task<> Connection::refuse(int status, std::string_view reason) {
  HttpResponse response{status, {{"Content-Type", "text/plain"}}, std::string(reason) + "\n"};
  append_response(output_, response, ResponseForm{false, true}, serving_.date.text(serving_.clock.wall_now()));
  expired_ = false;
  enter(Phase::kWriting);
  co_await send();
  co_await linger();
}

runtime::Task<> Connection::linger() {
  if (ended_) {
    co_return;
  }
  error_code ignored;
  socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  expired_ = false;
  enter(Phase::kLingering);
  input_begin_ = input_end_ = 0;
  while (!ended_ && !expired_) {
    co_await wait_for_bytes();
  }
}

// True if everything was sent, or if nothing more can be sent.
bool Connection::send_now() {
  error_code error;
  while (output_sent_ < output_.size() && !error) {
    const std::size_t sent =
        socket_.write_some(boost::asio::buffer(output_.data() + output_sent_, output_.size() - output_sent_), error);
    output_sent_ += sent;
    moved_ += sent;
  }
  if (error == boost::asio::error::would_block) {
    return false;
  }
  ended_ = ended_ || error;
  output_.clear();
  output_sent_ = 0;
  if (output_.capacity() > kOutputKeptMax) {
    output_.shrink_to_fit();
  }
  return true;
}

runtime::Task<> Connection::send() {
  while (!send_now()) {
    error_code error;
    sending_ = true;
    co_await socket_.async_wait(boost::asio::ip::tcp::socket::wait_write,
                                boost::asio::redirect_error(boost::asio::use_awaitable, error));
    sending_ = false;
    if (error || ended_) {
      ended_ = true;
      break;
    }
  }
}

}  // namespace ekiden::http
