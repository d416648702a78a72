/// ResponseText: an answer as it goes over the wire.
#pragma once

#include <ekiden/http/messages.hpp>
#include <ekiden/runtime/clock.hpp>

#include <string>

namespace ekiden::http {

/// The Date header's value, formatted once a second (RFC 9110, section 5.6.7).
class HttpDate {
 public:
  const std::string& text(runtime::WallTime now);

 private:
  std::chrono::sys_seconds second_{std::chrono::seconds(-1)};
  std::string text_;
};

struct ResponseForm {
  bool head = false;   ///< The answer to a HEAD: the length, but no body.
  bool close = false;  ///< The last one of its connection.
};

/// Appends `response`. What the server itself says (Content-Length, Connection) is skipped if the handler said it too.
void append_response(std::string& out, const HttpResponse& response, ResponseForm form, const std::string& date);

}  // namespace ekiden::http
