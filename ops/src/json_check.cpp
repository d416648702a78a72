#include "text.hpp"

namespace ekiden::ops {
namespace {

/// Reads past one JSON value; keeps nothing.
class JsonWalk {
 public:
  explicit JsonWalk(std::string_view text) : text_(text) {}

  bool whole_object() {
    skip_space();
    if (at_end() || text_[at_] != '{' || !value(0)) {
      return false;
    }
    skip_space();
    return at_end();
  }

 private:
  static constexpr int kDepthMax = 64;

  bool at_end() const { return at_ == text_.size(); }
  bool take(char wanted) {
    if (at_end() || text_[at_] != wanted) {
      return false;
    }
    ++at_;
    return true;
  }
  void skip_space() {
    while (!at_end() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }
  bool word(std::string_view wanted) {
    if (text_.substr(at_, wanted.size()) != wanted) {
      return false;
    }
    at_ += wanted.size();
    return true;
  }

  bool value(int depth) {
    if (depth > kDepthMax) {
      return false;
    }
    skip_space();
    if (at_end()) {
      return false;
    }
    switch (text_[at_]) {
      case '{':
        return members(depth, '}', true);
      case '[':
        return members(depth, ']', false);
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }

  bool members(int depth, char end, bool named) {
    ++at_;
    skip_space();
    if (take(end)) {
      return true;
    }
    do {
      skip_space();
      if (named) {
        if (!string()) {
          return false;
        }
        skip_space();
        if (!take(':')) {
          return false;
        }
      }
      if (!value(depth + 1)) {
        return false;
      }
      skip_space();
    } while (take(','));
    return take(end);
  }

  bool string() {
    if (!take('"')) {
      return false;
    }
    while (!at_end()) {
      const char c = text_[at_++];
      if (c == '"') {
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) {
        return false;
      }
      if (c == '\\' && !escape()) {
        return false;
      }
    }
    return false;
  }

  bool escape() {
    if (at_end()) {
      return false;
    }
    const char c = text_[at_++];
    if (c != 'u') {
      return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
    }
    const std::string_view digits = text_.substr(at_, 4);
    at_ += digits.size();
    return digits.size() == 4 && digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  }

  bool digits() {
    const std::size_t start = at_;
    while (!at_end() && text_[at_] >= '0' && text_[at_] <= '9') {
      ++at_;
    }
    return at_ > start;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) {
      return false;
    }
    if (take('.') && !digits()) {
      return false;
    }
    if (take('e') || take('E')) {
      if (!take('+')) {
        take('-');
      }
      return digits();
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

bool is_json_object(std::string_view text) { return JsonWalk(text).whole_object(); }

}  // namespace ekiden::ops
