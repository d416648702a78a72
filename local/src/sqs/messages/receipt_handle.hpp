/// Receipt handles: identify a message and one receive of it.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::local::sqs {

/// For a message without a valid handle; as wide as any other nonce.
inline constexpr std::int64_t kNoNonce = std::numeric_limits<std::int64_t>::min();

struct ReceiptHandle {
  std::int64_t queue = 0;
  std::int64_t message = 0;
  std::int64_t nonce = 0;  ///< Not negative.

  std::string text() const;
  /// Returns nothing if the text was never a handle of ours.
  static std::optional<ReceiptHandle> parse(std::string_view text);
};

}  // namespace ekiden::local::sqs
