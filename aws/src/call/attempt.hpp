// Attempt: how one attempt of a call ended.
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

/// An answer, or an error with what its successor needs to know.
struct Attempt {
  bool ok = false;
  std::string body;
  Error::Facts facts;
  ErrorClass error_class = ErrorClass::kFinal;
  std::optional<runtime::Duration> retry_after;
  std::shared_ptr<const Credentials> keys;       ///< It was signed with; null: there were none.
  runtime::WallTime signed_at{};                 ///< By the time that was signed.
  std::optional<runtime::WallTime> server_time;  ///< Of an error, as the service's clock has it.

  void fail(std::string_view code, std::string message);
  void fail(const http::TransportError& error);
  void take(http::HttpResponse response, base::JsonDocument& document, bool has_crc32);
};

}  // namespace ekiden::aws
