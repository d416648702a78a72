/// Exchange: one request and its answer.
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

/// Owns the bytes of request and answer, so that none are in the caller's coroutine frame. It is reused with its
/// buffers.
class Exchange {
 public:
  enum class Progress {
    kWaiting,
    kAtGate,  ///< The header is read; enter() says whether to read the body.
    kAnswered,
    kBroken
  };

  explicit Exchange(const CurlOptions& options) : options_(options), reader_(options.response_max) {}

  /// Throws TransportError if the URL, the method or a header is invalid.
  void prepare(const HttpRequest& request);
  /// Scheme, host and port: requests of one origin can use the same connections.
  const std::string& origin() const { return origin_; }
  const Url& url() const { return url_; }
  /// The lane, which has connection limits of its own.
  Lane lane() const { return lane_; }

  /// Call it when the link has connected or can be written to.
  Progress send();
  /// Call it when the link can be read from. `scratch` is a read buffer.
  Progress receive(std::span<char> scratch);
  /// After kAtGate: returns true if the gate admits the body now. Otherwise the gate can call `granted` later;
  /// `granted` must only post work to the loop.
  bool enter(std::function<void()> granted);
  /// Call it when the gate has admitted the body.
  Progress receive_body(std::span<char> scratch);
  bool is_sending() const { return sent_ < text_.size(); }
  /// What to wait for on the link: CURL_POLL_IN unless the body waits at its gate, and CURL_POLL_OUT while sending.
  int wants() const {
    return (held_ ? CURL_POLL_NONE : CURL_POLL_IN) | (is_sending() ? CURL_POLL_OUT : CURL_POLL_NONE);
  }
  /// After kAnswered: the link can carry another request.
  bool keeps_link() const { return !is_sending() && reader_.keeps_connection(); }

  /// After kBroken: true if the kept connection had been closed, so that the request can be sent on a new one. At most
  /// once.
  bool rewind();
  /// True if a connection that the peer has closed must not be tried.
  bool must_not_repeat() const { return once_; }
  /// The time to connect, if the request has one.
  const std::optional<runtime::Duration>& connect_timeout() const { return connect_timeout_; }
  void fail(CURLcode connect_result);
  /// Fails because its link cannot be watched: `error` is the system's.
  void starve(int error);

  /// The link has a connection. Without this, the patience does not end.
  void connected(runtime::TimePoint now);
  /// Call it before waiting for the link. Returns when the patience ends.
  runtime::TimePoint tell_moved(runtime::TimePoint now);
  /// Bytes moved since the last tell_moved().
  bool has_moved() const { return moved_ > 0; }
  bool has_patience() const { return patience_.has_value(); }
  runtime::TimePoint impatient_at() const { return watch_.due(); }
  /// The kernel, not the peer, has the bytes that were sent. True if the peer acknowledged some of them since the last
  /// call; the patience starts again.
  bool is_draining(runtime::TimePoint now);
  /// Fails because its patience has ended.
  void lose_patience(runtime::TimePoint now);
  /// Its caller cancels it. True if the peer let it wait for long, without a byte: the connection can be dead.
  bool was_ignored(runtime::TimePoint now) const;

  /// After the end: returns the answer, or throws TransportError.
  HttpResponse finish();
  /// Frees the memory of a large request.
  void clear();

  // Used by the pool.
  std::unique_ptr<Link> link;  ///< Set while it connects or has a connection.
  std::shared_ptr<LoopWaiter> waiter;
  bool active = false;
  bool has_place = false;    ///< Active, and not waiting for a connection.
  std::size_t position = 0;  ///< Index in the pool's active_.
  std::uint64_t use = 0;     ///< Counts requests, so that a late cancellation does not hit the next one.

 private:
  Progress broken(TransportError why);
  TransportError cut_off(const std::string& why) const;
  bool is_at_gate() const;

  const CurlOptions& options_;
  std::string url_set_;  // The URL that url_ and origin_ were parsed from; usually the next one is the same.
  Url url_;
  std::string origin_;
  Lane lane_{};

  std::string text_;
  std::size_t sent_ = 0;
  bool to_head_ = false;
  std::shared_ptr<BodyGate> gate_;
  bool gate_asked_ = false;
  bool held_ = false;      // The body waits at its gate.
  bool released_ = false;  // It has left its gate.
  bool once_ = false;
  std::optional<Patience> patience_;
  std::optional<runtime::Duration> connect_timeout_;
  SilenceWatch watch_;
  std::uint64_t moved_ = 0;
  std::uint64_t unacknowledged_ = 0;  // 0: not looked at.
  runtime::TimePoint connected_at_{};
  std::optional<runtime::TimePoint> began_;
  bool rewound_ = false;
  ResponseReader reader_;
  std::optional<TransportError> failure_;
};

}  // namespace ekiden::http
