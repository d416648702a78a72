#include "exchange.hpp"

#include <ekiden/base/quantity.hpp>
#include <ekiden/http/body_gate.hpp>

#include <string_view>
#include <utility>

#include "request_text.hpp"
#include "transport_failure.hpp"

namespace ekiden::http {
namespace {

// A buffer up to this size is kept for the next request; a larger one is freed.
constexpr std::size_t kTextKeptMax = std::size_t{64} << 10;
// A shorter request fits into the first packets of a connection (RFC 6928): it does not wait in the kernel.
constexpr std::size_t kShortText = std::size_t{14} << 10;
// A cancelled request that waited so long without a byte makes other connections suspect.
constexpr std::chrono::seconds kIgnored{1};

}  // namespace

void Exchange::prepare(const HttpRequest& request) {
  ++use;
  if (url_set_.empty() || url_set_ != request.url) {
    std::optional<Url> url = Url::parse(request.url);
    if (!url) {
      throw TransportError(TransportError::Kind::kProtocol,
                           "the request's URL is invalid: it must start with http:// or https://, name a host, and "
                           "contain no credentials and no space; correct the URL",
                           false);
    }
    url_ = std::move(*url);
    origin_ = url_.scheme + "://" + url_.authority();
    url_set_ = request.url;
  }
  write_request(request, url_, text_);
  lane_ = request.lane;
  gate_ = request.gate;
  gate_asked_ = false;
  held_ = false;
  released_ = false;
  once_ = request.once;
  patience_ = request.patience;
  connect_timeout_ = patience_ ? patience_->connect : std::nullopt;
  moved_ = 0;
  began_.reset();
  to_head_ = request.method == "HEAD";
  rewound_ = false;
  sent_ = 0;
  failure_.reset();
  reader_.start(to_head_);
}

Exchange::Progress Exchange::send() {
  while (is_sending()) {
    std::size_t size = 0;
    const Link::Io io = link->send(std::string_view(text_).substr(sent_), size);
    if (io == Link::Io::kBlocked) {
      break;
    }
    if (io != Link::Io::kMoved) {
      return broken(cut_off(link->detail()));
    }
    sent_ += size;
    moved_ += size;
  }
  return Progress::kWaiting;
}

Exchange::Progress Exchange::receive(std::span<char> scratch) {
  for (;;) {
    std::size_t size = 0;
    ResponseReader::Result result = ResponseReader::Result::kNeedMore;
    switch (link->receive(scratch, size)) {
      case Link::Io::kBlocked:
        return Progress::kWaiting;
      case Link::Io::kFailed:
        return broken(cut_off(link->detail()));
      case Link::Io::kEnded:
        result = reader_.end();
        if (result == ResponseReader::Result::kNeedMore) {
          return broken(cut_off(reader_.started() ? "it ended early" : "it was empty"));
        }
        break;
      case Link::Io::kMoved:
        moved_ += size;
        result = reader_.feed(std::string_view(scratch.data(), size));
        break;
    }
    switch (result) {
      case ResponseReader::Result::kNeedMore:
        if (is_at_gate()) {
          return Progress::kAtGate;
        }
        break;
      case ResponseReader::Result::kDone:
        return Progress::kAnswered;
      case ResponseReader::Result::kTooLarge:
        return broken(too_large_failure(peer_name(url_), options_));
      case ResponseReader::Result::kMalformed:
        return broken(malformed_failure(peer_name(url_), reader_.reason()));
    }
  }
}

// Bytes that arrived with the header are already here; the gate is asked only if there is more.
bool Exchange::is_at_gate() const { return gate_ != nullptr && !gate_asked_ && reader_.body_length().has_value(); }

bool Exchange::enter(std::function<void()> granted) {
  gate_asked_ = true;
  held_ = !gate_->admit(*reader_.body_length(), std::move(granted));
  return !held_;
}

Exchange::Progress Exchange::receive_body(std::span<char> scratch) {
  released_ = std::exchange(held_, false);
  reader_.reserve_body(*reader_.body_length());  // At most response_max: the reader has checked it.
  return receive(scratch);
}

// A peer that did not get the whole request cannot have acted on it.
TransportError Exchange::cut_off(const std::string& why) const {
  return reset_failure(peer_name(url_), why, !is_sending());
}

Exchange::Progress Exchange::broken(TransportError why) {
  failure_ = std::move(why);
  return Progress::kBroken;
}

bool Exchange::rewind() {
  if (!link->reused || reader_.started() || (once_ && !is_sending()) || std::exchange(rewound_, true)) {
    return false;
  }
  sent_ = 0;
  failure_.reset();
  return true;
}

void Exchange::fail(CURLcode connect_result) {
  const ConnectFailure failure{link->easy(), connect_result, link->detail(connect_result), link->exhausted,
                               link->connect_timeout()};
  failure_ = connect_failure(url_, failure, options_);
}

void Exchange::starve(int error) { failure_ = exhausted_failure(peer_name(url_), error, !is_sending()); }

// --- Patience

void Exchange::connected(runtime::TimePoint now) {
  connected_at_ = now;
  moved_ = 0;
  unacknowledged_ = 0;
  watch_.start(patience_, now);
}

runtime::TimePoint Exchange::tell_moved(runtime::TimePoint now) {
  const std::uint64_t bytes = std::exchange(moved_, 0);
  const bool answering = reader_.answering();
  if (answering && !began_) {
    began_ = now;
    watch_.answering(bytes, now);
  } else if (std::exchange(released_, false)) {
    watch_.release(now);
  } else if (bytes > 0 && (answering || is_sending())) {
    watch_.moved(bytes, now);
  } else if (bytes > 0 && !watch_.awaits_answer()) {
    watch_.sent(now);
  }
  if (held_) {
    watch_.hold();
  }
  if (bytes > 0 && !answering && text_.size() > kShortText) {
    unacknowledged_ = link->unacknowledged();
  }
  return watch_.due();
}

bool Exchange::is_draining(runtime::TimePoint now) {
  if (unacknowledged_ == 0 || reader_.answering()) {
    return false;
  }
  const std::uint64_t left = link->unacknowledged();
  const std::uint64_t before = std::exchange(unacknowledged_, left);
  if (left >= before) {
    return false;
  }
  if (is_sending()) {
    watch_.moved(before - left, now);
  } else {
    watch_.draining(before - left, now);
  }
  return watch_.due() > now;
}

void Exchange::lose_patience(runtime::TimePoint now) {
  const Patience& patience = *patience_;
  std::string what;
  if (watch_.is_too_slow(now)) {
    what = is_sending() ? "took the request at less than 1 KiB per second"
                        : "sent its answer at less than 1 KiB per second";
  } else if (is_sending()) {
    what = "took no byte of the request for " + base::format_duration(patience.silence);
  } else if (watch_.awaits_answer()) {
    what = "sent no answer within " + base::format_duration(patience.first_byte);
  } else {
    what = "stopped in the middle of its answer for " + base::format_duration(patience.silence);
  }
  failure_ = silent_failure(url_, what, !is_sending());
}

// A request with a patience notices by itself.
bool Exchange::was_ignored(runtime::TimePoint now) const {
  return link != nullptr && link->watch != nullptr && link->reused && !patience_ && !reader_.started() &&
         now - connected_at_ >= kIgnored;
}

HttpResponse Exchange::finish() {
  if (failure_) {
    throw TransportError(*failure_);
  }
  HttpResponse response = reader_.take();
  response.began = began_;
  return response;
}

void Exchange::clear() {
  waiter.reset();
  gate_.reset();
  text_.clear();
  if (text_.capacity() > kTextKeptMax) {
    text_.shrink_to_fit();
  }
  reader_.start(false);
}

}  // namespace ekiden::http
