#include "receipt_handle.hpp"

#include <charconv>

namespace ekiden::local::sqs {

namespace {

constexpr std::size_t kDigits = 16;  // Of one number.
constexpr std::string_view kHexDigits = "0123456789abcdef";

void append(std::string& out, std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  for (unsigned shift = 64; shift > 0;) {
    shift -= 4;
    out += kHexDigits[(bits >> shift) & 0xfU];
  }
}

std::optional<std::int64_t> number_at(std::string_view text, std::size_t index) {
  const char* begin = text.data() + index * kDigits;
  std::uint64_t bits = 0;
  const auto result = std::from_chars(begin, begin + kDigits, bits, 16);
  if (result.ec != std::errc() || result.ptr != begin + kDigits) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(bits);
}

}  // namespace

std::string ReceiptHandle::text() const {
  std::string out;
  out.reserve(3 * kDigits);
  append(out, queue);
  append(out, message);
  append(out, nonce);
  return out;
}

std::optional<ReceiptHandle> ReceiptHandle::parse(std::string_view text) {
  if (text.size() != 3 * kDigits) {
    return std::nullopt;
  }
  const auto queue = number_at(text, 0);
  const auto message = number_at(text, 1);
  const auto nonce = number_at(text, 2);
  if (!queue || !message || !nonce || *nonce < 0) {
    return std::nullopt;
  }
  return ReceiptHandle{.queue = *queue, .message = *message, .nonce = *nonce};
}

}  // namespace ekiden::local::sqs
