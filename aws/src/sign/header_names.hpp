// Names of header fields, for signing.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// Hop-by-hop headers, and headers that proxies and transports change. The AWS SDKs do not sign them.
inline bool is_never_signed(std::string_view lower_name) {
  constexpr std::array<std::string_view, 10> kNames{
      "authorization", "connection", "expect",     "keep-alive",        "te",
      "trailer",       "upgrade",    "user-agent", "transfer-encoding", "x-amzn-trace-id"};
  return lower_name.starts_with("proxy-") || std::find(kNames.begin(), kNames.end(), lower_name) != kNames.end();
}

}  // namespace ekiden::aws
