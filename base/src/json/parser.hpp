/// JsonParser: the grammar of JSON (RFC 8259), over a JsonBuilder.
#pragma once

#include <cstddef>
#include <string_view>

#include "builder.hpp"

namespace ekiden::base {

/// Our own parser, for speed: SQS sends each message's body as a JSON string with many escapes. Boost.JSON reads such a
/// string byte by byte and copies it twice. A test compares this parser with Boost.JSON.
class JsonParser {
 public:
  JsonParser(std::string_view text, JsonBuilder& builder)
      : begin_(text.data()), end_(begin_ + text.size()), at_(begin_), builder_(builder) {}

  /// Reads the whole text as one value. Returns false if it is not JSON or nested more than `depth_max` deep.
  bool parse(std::size_t depth_max);

  /// After a failure: the position of the error.
  std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }
  const char* reason() const { return reason_; }

 private:
  bool value(std::size_t depth_left);
  bool array(std::size_t depth_left);
  bool object(std::size_t depth_left);
  bool text();
  bool escape(char*& out);
  bool code_point(char*& out);
  bool hex_digits(unsigned& unit);
  bool multibyte(char*& out);
  bool number();
  bool digits();
  bool word(std::string_view expected);
  void skip_space();
  bool take(char c);
  bool fail(const char* reason) {
    reason_ = reason;
    return false;
  }

  const char* begin_;
  const char* end_;
  const char* at_;
  const char* reason_ = "";
  JsonBuilder& builder_;
};

}  // namespace ekiden::base
