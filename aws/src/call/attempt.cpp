#include "attempt.hpp"

#include <ekiden/base/calendar.hpp>
#include <ekiden/base/parse.hpp>
#include <ekiden/base/utf8.hpp>

#include <boost/crc.hpp>

#include <cstdint>
#include <utility>

namespace ekiden::aws {
namespace {

// "com.amazonaws.sqs#QueueDoesNotExist", or from a header "QueueDoesNotExist:http://..." .
std::string_view bare_code(std::string_view type) {
  type = type.substr(type.rfind('#') + 1);
  return type.substr(0, type.find(':'));
}

std::string_view code_of(http::TransportError::Kind kind) {
  switch (kind) {
    case http::TransportError::Kind::kConnect:
      return codes::kConnectionFailed;
    case http::TransportError::Kind::kTls:
      return codes::kUntrusted;
    case http::TransportError::Kind::kReset:
      return codes::kConnectionLost;
    case http::TransportError::Kind::kSilent:
      return codes::kDeadlineExceeded;
    case http::TransportError::Kind::kProtocol:
      break;
  }
  return codes::kInvalidResponse;
}

std::optional<runtime::Duration> retry_after_of(const http::Headers& headers) {
  const std::optional<std::string_view> text = headers.find("x-amz-retry-after");
  constexpr unsigned long kMillisecondsMax = 86'400'000;
  const auto milliseconds = base::parse<unsigned long>(text.value_or(""));
  if (!milliseconds || *milliseconds > kMillisecondsMax) {
    return std::nullopt;
  }
  return std::chrono::milliseconds(*milliseconds);
}

// Empty if a cache might have stored the answer, or if the date cannot be a real time.
std::optional<runtime::WallTime> server_time_of(const http::Headers& headers) {
  constexpr std::chrono::sys_seconds kMax{std::chrono::sys_days{std::chrono::year{2200} / 1 / 1}};
  const std::optional<std::chrono::sys_seconds> date = base::parse_http_date(headers.find("Date").value_or(""));
  if (!date || *date < std::chrono::sys_seconds() || *date > kMax || headers.find("Age")) {
    return std::nullopt;
  }
  return runtime::WallTime(*date);
}

// From the body's __type, or else from a header. A load balancer or proxy that answers instead of the service sends
// HTML with neither.
std::string_view error_code(std::string_view type, const http::Headers& headers) {
  if (type.empty()) {
    type = headers.find("x-amzn-errortype").value_or("");
  }
  if (type.empty()) {
    const std::string_view old = headers.find("x-amzn-query-error").value_or("");  // "<code>;Sender"
    type = old.substr(0, old.find(';'));
  }
  const std::string_view code = bare_code(type);
  return code.empty() ? codes::kUnexpectedStatus : code;
}

// Bad Gateway and Gateway Timeout: a proxy got no usable answer of the service (RFC 9110, section 15.6).
bool is_gateway_without_answer(int status) { return status == 502 || status == 504; }

// True if the answer has no checksum.
bool has_right_crc32(const http::HttpResponse& response) {
  const std::optional<std::string_view> text = response.headers.find("x-amz-crc32");
  const auto expected = base::parse<std::uint32_t>(text.value_or(""));
  if (!expected) {
    return true;
  }
  boost::crc_32_type crc;
  crc.process_bytes(response.body.data(), response.body.size());
  return crc.checksum() == *expected;
}

}  // namespace

void Attempt::fail(std::string_view code, std::string message) {
  facts.code = code;
  facts.message = std::move(message);
  error_class = classify(facts.http_status, facts.code);
  facts.credentials = is_credentials_error(facts.code);
  facts.retryable = error_class != ErrorClass::kFinal || facts.credentials || code == codes::kInvalidResponse;
  facts.throttling = error_class == ErrorClass::kThrottling;
}

void Attempt::fail(const http::TransportError& error) {
  fail(code_of(error.kind()), error.what());
  facts.maybe_answered = error.maybe_seen();
}

void Attempt::take(http::HttpResponse response, base::JsonDocument& document, bool has_crc32) {
  facts.http_status = response.status;
  facts.request_id = response.headers.find("x-amzn-requestid").value_or("");
  began = response.began;
  if (has_crc32 && !has_right_crc32(response)) {
    fail(codes::kCorrupted, "the answer was damaged in transit: its CRC-32 does not match");
    facts.maybe_answered = true;
    return;
  }
  body = std::move(response.body);
  ok = response.status >= 200 && response.status < 300;
  if (ok) {
    return;
  }
  retry_after = retry_after_of(response.headers);
  server_time = server_time_of(response.headers);
  const bool is_json = !document.parse(body);
  const base::JsonReader error = document.root();
  const std::string_view type = is_json ? error.text("__type") : std::string_view();
  const std::string_view message = error.text("message").empty() ? error.text("Message") : error.text("message");
  fail(base::shortened(error_code(type, response.headers), kServiceTextMax), base::shortened(message, kServiceTextMax));
  facts.maybe_answered = facts.code == codes::kUnexpectedStatus && is_gateway_without_answer(response.status);
}

}  // namespace ekiden::aws
