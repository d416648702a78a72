#include "parser.hpp"

#include <algorithm>
#include <charconv>

#include "plain_text.hpp"

namespace ekiden::base {

using Type = JsonNode::Type;

bool JsonParser::parse(std::size_t depth_max) {
  builder_.start(static_cast<std::size_t>(end_ - begin_));
  skip_space();
  if (!value(depth_max)) {
    return false;
  }
  skip_space();
  return at_ == end_ || fail("unexpected text after the value");
}

void JsonParser::skip_space() {
  while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) {
    ++at_;
  }
}

bool JsonParser::take(char c) {
  if (at_ == end_ || *at_ != c) {
    return false;
  }
  ++at_;
  return true;
}

bool JsonParser::value(std::size_t depth_left) {
  if (at_ == end_) {
    return fail("a value is missing");
  }
  switch (*at_) {
    case '"':
      return text();
    case '{':
      return depth_left != 0 ? object(depth_left - 1) : fail("it is nested too deeply");
    case '[':
      return depth_left != 0 ? array(depth_left - 1) : fail("it is nested too deeply");
    case 't':
      return word("true") && (builder_.add(Type::kBoolean).boolean = true);
    case 'f':
      if (!word("false")) {
        return false;
      }
      builder_.add(Type::kBoolean).boolean = false;
      return true;
    case 'n':
      if (!word("null")) {
        return false;
      }
      builder_.add(Type::kNull);
      return true;
    default:
      return number();
  }
}

bool JsonParser::word(std::string_view expected) {
  if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(expected)) {
    return fail("expected a value");
  }
  at_ += expected.size();
  return true;
}

bool JsonParser::array(std::size_t depth_left) {
  ++at_;
  std::size_t count = 0;
  skip_space();
  if (!take(']')) {
    do {
      skip_space();
      if (!value(depth_left)) {
        return false;
      }
      ++count;
      skip_space();
    } while (take(','));
    if (!take(']')) {
      return fail("expected ',' or ']'");
    }
  }
  builder_.close_array(count);
  return true;
}

bool JsonParser::object(std::size_t depth_left) {
  ++at_;
  std::size_t count = 0;
  skip_space();
  if (!take('}')) {
    do {
      skip_space();
      if (at_ == end_ || *at_ != '"') {
        return fail("expected a member name");
      }
      if (!text()) {
        return false;
      }
      skip_space();
      if (!take(':')) {
        return fail("expected ':'");
      }
      skip_space();
      if (!value(depth_left)) {
        return false;
      }
      ++count;
      skip_space();
    } while (take(','));
    if (!take('}')) {
      return fail("expected ',' or '}'");
    }
  }
  builder_.close_object(count);
  return true;
}

bool JsonParser::text() {
  ++at_;
  char* out = builder_.open_text();
  for (;;) {
    // Copies eight bytes before it checks them. Bytes copied in excess are overwritten later.
    while (end_ - at_ >= 8) {
      const std::uint64_t eight = load_eight(at_);
      std::memcpy(out, &eight, sizeof eight);
      const std::uint64_t special = escapes_in(eight) | (eight & kEveryHighBit);
      const int plain = bytes_before(special);
      at_ += plain;
      out += plain;
      if (special != 0) {
        break;
      }
    }
    while (at_ != end_ && !needs_escape(static_cast<unsigned char>(*at_)) && static_cast<signed char>(*at_) >= 0) {
      *out++ = *at_++;
    }
    if (at_ == end_) {
      return fail("a string has no end");
    }
    if (*at_ == '"') {
      ++at_;
      builder_.close_text(out);
      return true;
    }
    if (*at_ == '\\' ? !escape(out) : !multibyte(out)) {
      return false;
    }
  }
}

bool JsonParser::escape(char*& out) {
  ++at_;
  if (at_ == end_) {
    return fail("a string has no end");
  }
  switch (*at_++) {
    case '"':
      *out++ = '"';
      return true;
    case '\\':
      *out++ = '\\';
      return true;
    case '/':
      *out++ = '/';
      return true;
    case 'b':
      *out++ = '\b';
      return true;
    case 'f':
      *out++ = '\f';
      return true;
    case 'n':
      *out++ = '\n';
      return true;
    case 'r':
      *out++ = '\r';
      return true;
    case 't':
      *out++ = '\t';
      return true;
    case 'u':
      return code_point(out);
    default:
      --at_;
      return fail("unknown escape sequence");
  }
}

// Converts an escape in UTF-16 to UTF-8.
bool JsonParser::code_point(char*& out) {
  unsigned code = 0;
  if (!hex_digits(code)) {
    return false;
  }
  if (code >= 0xDC00 && code < 0xE000) {
    return fail("half a surrogate pair");
  }
  if (code >= 0xD800 && code < 0xDC00) {
    unsigned low = 0;
    if (!take('\\') || !take('u')) {
      return fail("half a surrogate pair");
    }
    if (!hex_digits(low)) {
      return false;
    }
    if (low < 0xDC00 || low >= 0xE000) {
      return fail("half a surrogate pair");
    }
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  }
  const auto put = [&out](unsigned byte) { *out++ = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
  return true;
}

bool JsonParser::hex_digits(unsigned& unit) {
  constexpr std::ptrdiff_t kDigits = 4;
  if (end_ - at_ < kDigits) {
    return fail("a string has no end");
  }
  const auto [stop, error] = std::from_chars(at_, at_ + kDigits, unit, 16);
  if (error != std::errc() || stop != at_ + kDigits) {
    return fail("expected four hexadecimal digits");
  }
  at_ = stop;
  return true;
}

// Reads one valid code point of UTF-8 (RFC 3629, section 4), or fails at a control character.
bool JsonParser::multibyte(char*& out) {
  const auto byte = [this](std::ptrdiff_t i) { return static_cast<unsigned char>(i < end_ - at_ ? at_[i] : 0); };
  const unsigned char first = byte(0);
  if (first < 0x80) {
    return fail("a string contains a control character");
  }
  std::ptrdiff_t size = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    size = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    size = 3;
    low = first == 0xE0 ? 0xA0 : low;
    high = first == 0xED ? 0x9F : high;
  } else if (first >= 0xF0 && first <= 0xF4) {
    size = 4;
    low = first == 0xF0 ? 0x90 : low;
    high = first == 0xF4 ? 0x8F : high;
  }
  bool valid = size != 0 && byte(1) >= low && byte(1) <= high;
  for (std::ptrdiff_t i = 2; i < size; ++i) {
    valid = valid && byte(i) >= 0x80 && byte(i) <= 0xBF;
  }
  if (!valid) {
    return fail("it is not UTF-8");
  }
  for (; size > 0; --size) {
    *out++ = *at_++;
  }
  return true;
}

bool JsonParser::digits() {
  const char* const first = at_;
  while (at_ != end_ && *at_ >= '0' && *at_ <= '9') {
    ++at_;
  }
  return at_ != first || fail("expected a digit");
}

bool JsonParser::number() {
  const char* const first = at_;
  const bool negative = take('-');
  if (!negative && (*at_ < '0' || *at_ > '9')) {
    return fail("expected a value");
  }
  if (!take('0') && !digits()) {
    return false;
  }
  bool whole = true;
  if (take('.')) {
    whole = false;
    if (!digits()) {
      return false;
    }
  }
  if (take('e') || take('E')) {
    whole = false;
    if (!take('+')) {
      take('-');
    }
    if (!digits()) {
      return false;
    }
  }
  std::int64_t integer = 0;
  std::uint64_t unsigned_integer = 0;
  if (whole && std::from_chars(first, at_, integer).ec == std::errc()) {
    builder_.add(Type::kInteger).integer = integer;
  } else if (whole && !negative && std::from_chars(first, at_, unsigned_integer).ec == std::errc()) {
    builder_.add(Type::kUnsigned).unsigned_integer = unsigned_integer;
  } else {
    builder_.close_text(std::copy(first, at_, builder_.open_text()), Type::kReal);
  }
  return true;
}

}  // namespace ekiden::base
