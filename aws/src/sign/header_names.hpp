// Names of header fields, as signing sees them.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// Headers that belong to one hop, or that proxies and transports alter: what the AWS SDKs leave unsigned.
inline bool is_never_signed(std::string_view lower_name) {
  constexpr std::array<std::string_view, 10> kNames{
      "authorization", "connection", "expect",     "keep-alive",        "te",
      "trailer",       "upgrade",    "user-agent", "transfer-encoding", "x-amzn-trace-id"};
  return lower_name.starts_with("proxy-") || std::find(kNames.begin(), kNames.end(), lower_name) != kNames.end();
}

}  // namespace ekiden::aws
