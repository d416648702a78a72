#include "exchange.hpp"

#include <ekiden/http/body_gate.hpp>

#include <string_view>
#include <utility>

#include "request_text.hpp"
#include "transport_failure.hpp"

namespace ekiden::http {
namespace {

// A buffer up to this size is kept for the next request; a larger one is freed.
constexpr std::size_t kTextKeptMax = std::size_t{64} << 10;

}  // namespace

void Exchange::prepare(const HttpRequest& request) {
  ++use;
  if (url_set_.empty() || url_set_ != request.url) {
    std::optional<Url> url = Url::parse(request.url);
    if (!url) {
      throw TransportError(TransportError::Kind::kProtocol,
                           "the request's URL is invalid: it must start with http:// or https://, name a host, and "
                           "contain no credentials and no space; correct the URL");
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
      return broken(reset_failure(peer_name(url_), link->detail()));
    }
    sent_ += size;
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
        return broken(reset_failure(peer_name(url_), link->detail()));
      case Link::Io::kEnded:
        result = reader_.end();
        if (result == ResponseReader::Result::kNeedMore) {
          return broken(reset_failure(peer_name(url_), reader_.started() ? "it ended early" : "it was empty"));
        }
        break;
      case Link::Io::kMoved:
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
  held_ = false;
  reader_.reserve_body(*reader_.body_length());  // At most response_max: the reader has checked it.
  return receive(scratch);
}

Exchange::Progress Exchange::broken(TransportError why) {
  failure_ = std::move(why);
  return Progress::kBroken;
}

bool Exchange::rewind() {
  if (!link->reused || reader_.started() || std::exchange(rewound_, true)) {
    return false;
  }
  sent_ = 0;
  failure_.reset();
  return true;
}

void Exchange::fail(CURLcode connect_result) {
  failure_ = connect_failure(url_, link->easy(), connect_result, link->detail(connect_result), options_);
}

void Exchange::starve() { failure_ = reset_failure(peer_name(url_), "this process has no free file descriptors"); }

HttpResponse Exchange::finish() {
  if (failure_) {
    throw TransportError(*failure_);
  }
  return reader_.take();
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
