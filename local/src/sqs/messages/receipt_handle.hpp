/// Receipt handles: which message, and which receive of it.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::local::sqs {

/// Of a message that nobody holds a handle of; as wide as any other.
inline constexpr std::int64_t kNoNonce = std::numeric_limits<std::int64_t>::min();

struct ReceiptHandle {
  std::int64_t queue = 0;
  std::int64_t message = 0;
  std::int64_t nonce = 0;  ///< Not negative.

  std::string text() const;
  /// Nothing if the text was never one of ours.
  static std::optional<ReceiptHandle> parse(std::string_view text);
};

}  // namespace ekiden::local::sqs
