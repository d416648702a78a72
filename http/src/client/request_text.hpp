/// Writes a request as bytes.
#pragma once

#include <ekiden/http/messages.hpp>

#include <string>

namespace ekiden::http {

/// Replaces `text` with the request, head and body. Sets Content-Length and Host itself, and adds no other header (no
/// Expect). Throws TransportError (kProtocol) if the method or a header is invalid or contains a line end.
void write_request(const HttpRequest& request, const Url& url, std::string& text);

}  // namespace ekiden::http
