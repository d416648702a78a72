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

/// Connected by its Connector; from then on curl only moves its bytes. (curl's own HTTP costs six times ours: it
/// formats each request through its printf and hands each header line to a callback.) Destroying it closes the
/// connection.
class Link {
 public:
  enum class Io {
    kMoved,
    kBlocked,  ///< Not before the socket is ready.
    kEnded,    ///< The peer closed in order; in TLS it said so.
    kFailed    ///< detail() says why.
  };

  /// `origin` is scheme, host and port of `url`.
  Link(std::shared_ptr<Connector> connector, const CurlOptions& options, std::string origin, const Url& url);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  CURL* easy() const { return easy_.get(); }
  const std::string& origin() const { return origin_; }

  Io send(std::string_view bytes, std::size_t& sent);
  /// Call it until kBlocked before waiting for the socket: TLS may hold bytes that the socket no longer has.
  Io receive(std::span<char> into, std::size_t& received);

  /// Why curl failed, in its words.
  std::string detail(CURLcode code) const;
  std::string detail() const { return detail(failure_); }

  std::shared_ptr<SocketWatch> watch;  ///< Once connected.
  Exchange* exchange = nullptr;        ///< Whose request it carries; null while idle.
  bool reused = false;
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
  CURLcode failure_ = CURLE_OK;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  std::unique_ptr<CURL, FreeEasy> easy_;  // Last: it refers to what stands above.
};

}  // namespace ekiden::http
