#include "response_text.hpp"

#include <ekiden/base/calendar.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace ekiden::http {
namespace {

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

void append_number(std::string& out, std::size_t number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

bool same_name(std::string_view field, std::string_view lower_case) {
  return field.size() == lower_case.size() &&
         std::equal(field.begin(), field.end(), lower_case.begin(), [](char a, char b) { return (a | 0x20) == b; });
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  const std::size_t start = out.size();
  out.append(value);
  // A header value can contain text from a client; it must not start another header line.
  if (value.find_first_of("\r\n") != std::string_view::npos) {
    std::replace_if(
        out.begin() + static_cast<std::ptrdiff_t>(start), out.end(), [](char c) { return c == '\r' || c == '\n'; },
        ' ');
  }
  out.append("\r\n");
}

}  // namespace

const std::string& HttpDate::text(runtime::WallTime now) {
  using namespace std::chrono;
  const sys_seconds second = floor<seconds>(now);
  if (second != second_) {
    text_ = base::format_http_date(second);
    second_ = second;
  }
  return text_;
}

void append_response(std::string& out, const HttpResponse& response, ResponseForm form, const std::string& date) {
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(std::clamp(response.status, 100, 999)));
  out.append(" ").append(reason(response.status)).append("\r\n");
  bool has_date = false;
  for (const auto& [name, value] : response.headers) {
    if (same_name(name, "content-length") || same_name(name, "connection") || same_name(name, "transfer-encoding")) {
      continue;
    }
    has_date = has_date || same_name(name, "date");
    append_field(out, name, value);
  }
  if (!has_date) {
    append_field(out, "Date", date);
  }
  if (form.close) {
    out.append("Connection: close\r\n");
  }
  const bool has_no_body = response.status == 204 || response.status == 304;
  if (!has_no_body) {
    out.append("Content-Length: ");
    append_number(out, response.body.size());
    out.append("\r\n");
  }
  out.append("\r\n");
  if (!has_no_body && !form.head) {
    out.append(response.body);
  }
}

}  // namespace ekiden::http
