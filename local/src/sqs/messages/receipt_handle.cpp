#include "receipt_handle.hpp"

#include <ekiden/base/hex.hpp>
#include <ekiden/base/parse.hpp>

#include <array>

namespace ekiden::local::sqs {

namespace {

constexpr std::size_t kDigits = 16;  // For one number.

void append(std::string& out, std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  std::array<char, sizeof bits> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(bits >> (8 * (bytes.size() - 1 - i)));
  }
  base::append_hex(out, {bytes.data(), bytes.size()});
}

std::optional<std::int64_t> number_at(std::string_view text, std::size_t index) {
  const auto bits = base::parse<std::uint64_t>(text.substr(index * kDigits, kDigits), 16);
  return bits ? std::optional(static_cast<std::int64_t>(*bits)) : std::nullopt;
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
