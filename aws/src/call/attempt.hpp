// Attempt: the result of one attempt of a call.
#pragma once

#include <ekiden/aws/call/error.hpp>
#include <ekiden/aws/credentials/credentials.hpp>
#include <ekiden/base/json/reader.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/clock.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// An answer, or an error with the facts that the next attempt needs.
struct Attempt {
  bool ok = false;
  std::string body;
  Error::Facts facts;
  ErrorClass error_class = ErrorClass::kFinal;
  std::optional<runtime::TimePoint> began;
  std::optional<runtime::Duration> retry_after;
  std::shared_ptr<const Credentials> keys;       ///< The keys that signed it; null: there were none.
  runtime::WallTime signed_at{};                 ///< The time in the signature.
  std::optional<runtime::WallTime> server_time;  ///< The service's time, from an error.

  void fail(std::string_view code, std::string message);
  void fail(const http::TransportError& error);
  void take(http::HttpResponse response, base::JsonDocument& document, bool has_crc32);
};

}  // namespace ekiden::aws
