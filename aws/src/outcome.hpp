// Outcome: how one attempt of a call ended.
#pragma once

#include <ekiden/aws/error.hpp>
#include <ekiden/aws/json_reader.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/clock.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// An answer, or an error with what its successor needs to know.
struct Outcome {
  bool ok = false;
  std::string body;
  Error::Facts facts;
  ErrorClass error_class = ErrorClass::kFinal;
  std::optional<runtime::Duration> retry_after;

  void fail(std::string_view code, std::string message);
  void fail(const http::TransportError& error);
  void take(http::HttpResponse response, JsonDocument& document);
};

}  // namespace ekiden::aws
