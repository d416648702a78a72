#include "request_text.hpp"

#include <ekiden/http/transport.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace ekiden::http {
namespace {

// RFC 9110, section 5.6.2.
constexpr std::array<bool, 256> kIsTokenChar = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789"
                                       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

bool is_token(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return kIsTokenChar[static_cast<unsigned char>(c)]; });
}

bool is_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

bool is_name(std::string_view field, std::string_view lower_case) {
  return field.size() == lower_case.size() &&
         std::equal(field.begin(), field.end(), lower_case.begin(), [](char a, char b) { return (a | 0x20) == b; });
}

void write_line(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(value.empty() ? ":" : ": ").append(value).append("\r\n");
}

}  // namespace

void write_request(const HttpRequest& request, const Url& url, std::string& text) {
  if (!is_token(request.method)) {
    throw TransportError(TransportError::Kind::kProtocol,
                         "the request's method is not an HTTP method; correct the code that makes the request", false);
  }
  bool has_host = false;
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name) || !is_value(value)) {
      throw TransportError(
          TransportError::Kind::kProtocol,
          "a request header is invalid: its name is not an HTTP token, or its value contains a line end; "
          "correct the code that makes the request",
          false);
    }
    has_host = has_host || is_name(name, "host");
  }
  text.clear();
  text.append(request.method).append(" ").append(url.target).append(" HTTP/1.1\r\n");
  if (!has_host) {
    write_line(text, "Host", url.authority());
  }
  for (const auto& [name, value] : request.headers) {
    if (!is_name(name, "content-length") && !is_name(name, "transfer-encoding")) {  // We write the length ourselves.
      write_line(text, name, value);
    }
  }
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), request.body.size());
    write_line(text, "Content-Length", std::string_view(digits.data(), end.ptr));
  }
  text.append("\r\n").append(request.body);
}

}  // namespace ekiden::http
