/// What a request looks like on the wire.
#pragma once

#include <ekiden/http/messages.hpp>

#include <string>

namespace ekiden::http {

/// Replaces `text` by the request, head and body. Content-Length and Host are ours; neither Expect nor anything else is
/// added. Throws TransportError (kProtocol) if the method or a header would write lines of its own.
void write_request(const HttpRequest& request, const Url& url, std::string& text);

}  // namespace ekiden::http
