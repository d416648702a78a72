/// Link: one connection of the client, through curl's sockets and TLS.
#pragma once

#include <ekiden/http/curl_transport.hpp>

#include <curl/curl.h>

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "socket_watch.hpp"

namespace ekiden::http {

class Connector;
class Exchange;

/// A Connector connects it; afterwards curl only moves bytes. (curl's own HTTP costs six times as much as ours: it
/// formats requests with its printf and calls a callback for each header line.) Destroying a link closes the
/// connection.
class Link {
 public:
  enum class Io {
    kMoved,
    kBlocked,  ///< Wait until the socket is ready.
    kEnded,    ///< The peer closed the connection properly; with TLS, it sent TLS's closing message.
    kFailed    ///< detail() has the reason.
  };

  /// `origin` is scheme, host and port of `url`; `connect_timeout` is for the whole connection, with TLS.
  Link(std::shared_ptr<Connector> connector, const CurlOptions& options, std::string origin, const Url& url,
       runtime::Duration connect_timeout);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  Connector& connector() { return *connector_; }
  CURL* easy() const { return easy_.get(); }
  const std::string& origin() const { return origin_; }
  /// True if what makes this connection fail probably breaks `other`, too: it goes to the same host, or through the
  /// same proxy.
  bool shares_fate(const Link& other) const;

  Io send(std::string_view bytes, std::size_t& sent);
  /// Call it until kBlocked before you wait for the socket: TLS can hold bytes that the socket no longer has.
  Io receive(std::span<char> into, std::size_t& received);

  /// True if the peer has closed the connection, or sent what nobody asked for. Costs a system call.
  bool is_stale();
  /// How many bytes the peer has not acknowledged.
  std::uint64_t unacknowledged() const;

  /// curl's text of the error.
  std::string detail(CURLcode code) const;
  std::string detail() const { return detail(failure_); }
  runtime::Duration connect_timeout() const { return connect_timeout_; }

  std::shared_ptr<SocketWatch> watch;  ///< Set when connected.
  Exchange* exchange = nullptr;        ///< The exchange that uses it; null while idle.
  bool reused = false;
  std::shared_ptr<CURLSH> share;  ///< What it shares with other links.
  int exhausted = 0;              ///< If it cannot connect: EMFILE, for example; 0: nothing is exhausted.
  runtime::TimePoint idle_since;

 private:
  struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  template <typename Value>
  void set(CURLoption option, Value value);
  Io tell(CURLcode code);
  bool is_cut() const;

  std::shared_ptr<Connector> connector_;
  std::string origin_;
  std::string host_;
  std::string proxy_;  // Empty: none.
  runtime::Duration connect_timeout_;
  CURLcode failure_ = CURLE_OK;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  std::unique_ptr<CURL, FreeEasy> easy_;  // Last member, because it refers to the members above.
};

}  // namespace ekiden::http
