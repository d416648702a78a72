/// Exchange: one request, and what became of it.
#pragma once

#include <ekiden/http/curl_transport.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "connection/link.hpp"
#include "loop_waiter.hpp"
#include "response_reader.hpp"

namespace ekiden::http {

/// Owns all bytes on their way, so that none lies in the caller's coroutine frame. Reused, with its buffers.
class Exchange {
 public:
  enum class Progress {
    kWaiting,
    kAtGate,  ///< The header is read; enter() tells whether the body may be.
    kAnswered,
    kBroken
  };

  explicit Exchange(const CurlOptions& options) : options_(options), reader_(options.response_max) {}

  /// Throws TransportError if the URL or a header is none.
  void prepare(const HttpRequest& request);
  /// Whose connections it needs: scheme, host and port.
  const std::string& origin() const { return origin_; }
  const Url& url() const { return url_; }
  /// With whom it shares their limits.
  Lane lane() const { return lane_; }

  /// To be called when its link connected or can be written to.
  Progress send();
  /// To be called when its link can be read from. `scratch` is room to read into.
  Progress receive(std::span<char> scratch);
  /// After kAtGate: true if its gate lets the body in now. Else `granted` may be called later, from where nothing may
  /// be done but to post.
  bool enter(std::function<void()> granted);
  /// To be called once the gate has let the body in.
  Progress receive_body(std::span<char> scratch);
  bool is_sending() const { return sent_ < text_.size(); }
  /// What its link must be waited for: CURL_POLL_IN, but not while the body waits at its gate, and CURL_POLL_OUT.
  int wants() const {
    return (held_ ? CURL_POLL_NONE : CURL_POLL_IN) | (is_sending() ? CURL_POLL_OUT : CURL_POLL_NONE);
  }
  /// After kAnswered: the link can carry another request.
  bool keeps_link() const { return !is_sending() && reader_.keeps_connection(); }

  /// After kBroken: its kept connection had been closed meanwhile, and it may be sent on a new one. True once at most.
  bool rewind();
  void fail(CURLcode connect_result);
  /// Its link cannot be waited for.
  void starve();

  /// After the end: the answer, or throws TransportError.
  HttpResponse finish();
  /// Gives back what a large request took.
  void clear();

  // The pool's own notes.
  std::unique_ptr<Link> link;  ///< From when it has a connection, or is getting one.
  std::shared_ptr<LoopWaiter> waiter;
  bool active = false;
  bool has_place = false;    ///< Active, and not waiting for a connection.
  std::size_t position = 0;  ///< Among the active ones.
  std::uint64_t use = 0;     ///< Counts requests: a late cancellation must not hit the next one.

 private:
  Progress broken(TransportError why);
  bool is_at_gate() const;

  const CurlOptions& options_;
  std::string url_set_;  // What url_ and origin_ were made from: mostly the same again.
  Url url_;
  std::string origin_;
  Lane lane_{};

  std::string text_;
  std::size_t sent_ = 0;
  bool to_head_ = false;
  std::shared_ptr<BodyGate> gate_;
  bool gate_asked_ = false;
  bool held_ = false;  // At its gate.
  bool rewound_ = false;
  ResponseReader reader_;
  std::optional<TransportError> failure_;
};

}  // namespace ekiden::http
