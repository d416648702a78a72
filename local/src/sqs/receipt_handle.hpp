/// Receipt handles: which message, and which receive of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::local::sqs {

struct ReceiptHandle {
  std::int64_t queue = 0;
  std::int64_t message = 0;
  std::int64_t nonce = 0;

  std::string text() const;
  /// Nothing if the text was never one of ours.
  static std::optional<ReceiptHandle> parse(std::string_view text);
};

}  // namespace ekiden::local::sqs
