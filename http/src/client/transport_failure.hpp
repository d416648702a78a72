/// Makes the texts of TransportError.
#pragma once

#include <ekiden/http/curl_transport.hpp>

#include <curl/curl.h>

#include <string>

namespace ekiden::http {

/// Host and port, as in errors.
std::string peer_name(const Url& url);

/// The error of a failed connection: the reason, from curl's result and text, and what to do.
TransportError connect_failure(const Url& url, CURL* easy, CURLcode result, const std::string& detail,
                               const CurlOptions& options);
TransportError reset_failure(const std::string& peer, const std::string& detail);
TransportError malformed_failure(const std::string& peer, const std::string& detail);
TransportError too_large_failure(const std::string& peer, const CurlOptions& options);

}  // namespace ekiden::http
