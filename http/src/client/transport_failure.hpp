/// Makes the texts of TransportError.
#pragma once

#include <ekiden/http/curl_transport.hpp>

#include <curl/curl.h>

#include <string>

namespace ekiden::http {

/// Host and port, as in errors.
std::string peer_name(const Url& url);

/// A connection that was not made.
struct ConnectFailure {
  CURL* easy;
  CURLcode result;
  std::string detail;        ///< curl's text.
  int exhausted = 0;         ///< The error of the system if something is exhausted, such as EMFILE; else 0.
  runtime::Duration waited;  ///< The time to connect.
};
/// The reason, and what to do.
TransportError connect_failure(const Url& url, const ConnectFailure& failure, const CurlOptions& options);
TransportError reset_failure(const std::string& peer, const std::string& detail, bool maybe_seen);
/// The connection cannot be used any more, because something is exhausted.
TransportError exhausted_failure(const std::string& peer, int error, bool maybe_seen);
/// The patience of the request ended.
TransportError silent_failure(const Url& url, const std::string& what, bool maybe_seen);
TransportError malformed_failure(const std::string& peer, const std::string& detail);
TransportError too_large_failure(const std::string& peer, const CurlOptions& options);

}  // namespace ekiden::http
