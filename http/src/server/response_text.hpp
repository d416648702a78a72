/// ResponseText: writes an answer as bytes.
#pragma once

#include <ekiden/http/messages.hpp>
#include <ekiden/runtime/clock.hpp>

#include <string>

namespace ekiden::http {

/// The value of the Date header, formatted once a second (RFC 9110, section 5.6.7).
class HttpDate {
 public:
  const std::string& text(runtime::WallTime now);

 private:
  std::chrono::sys_seconds second_{std::chrono::seconds(-1)};
  std::string text_;
};

struct ResponseForm {
  bool head = false;   ///< The answer to HEAD: with the length, but no body.
  bool close = false;  ///< The last answer of its connection.
};

/// Appends `response`. Headers that the server sets itself (Content-Length, Connection) are skipped in `response`.
void append_response(std::string& out, const HttpResponse& response, ResponseForm form, const std::string& date);

}  // namespace ekiden::http
