#include "printable.hpp"

#include <ekiden/aws/environment.hpp>

#include <algorithm>

namespace ekiden::aws {
namespace {

bool is_control(char c) { return (c >= '\0' && c < ' ') || c == '\x7f'; }

std::string_view name_of(char c) {
  if (c == '\r' || c == '\n') {
    return "a line break";
  }
  if (is_control(c)) {
    return "a control character";
  }
  return c == ' ' ? "a space" : "a character that is not ASCII";
}

}  // namespace

std::string_view unprintable(std::string_view text, Spaces spaces) {
  const char first = spaces == Spaces::kAllowed ? ' ' : '!';
  const auto found = std::ranges::find_if(text, [first](char c) { return c < first || c > '~'; });
  return found == text.end() ? std::string_view() : name_of(*found);
}

void require_printable(std::string_view text, std::string_view source, Spaces spaces) {
  const std::string_view found = unprintable(text, spaces);
  if (!found.empty()) {
    throw ConfigurationError(std::string(source) + " contains " + std::string(found) + "; remove it");
  }
}

std::string shown(std::string_view text) {
  constexpr std::size_t kShownMax = 100;
  return "'" + std::string(text.substr(0, kShownMax)) + (text.size() > kShownMax ? "..." : "") + "'";
}

}  // namespace ekiden::aws
