/// JsonWriter: builds a JSON text from front to back.
#pragma once

#include <ekiden/base/json/quote.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace ekiden::base {

/// The writer adds commas and escapes strings. The caller must alternate keys and values and close every bracket.
/// Strings should be UTF-8; this is not checked.
///
///   base::JsonWriter().begin_object().field("id", std::int64_t{42}).end_object().take();  // {"id":42}
class JsonWriter {
 public:
  explicit JsonWriter(std::size_t reserve = 256) { text_.reserve(reserve); }

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }

  JsonWriter& key(std::string_view name) {
    separate();
    append_json_quoted(text_, name);
    text_.push_back(':');
    comma_ = false;
    return *this;
  }

  JsonWriter& string(std::string_view value) {
    separate();
    append_json_quoted(text_, value);
    return *this;
  }
  /// For untrusted text that people might read in a terminal; written by append_printable_quoted().
  JsonWriter& printable(std::string_view value);
  /// A string with the bytes in hexadecimal.
  JsonWriter& hex(std::string_view bytes);
  JsonWriter& integer(std::int64_t value);
  JsonWriter& unsigned_integer(std::uint64_t value);
  /// The shortest text that reads back as the same number; null for NaN and infinities, which JSON does not have.
  JsonWriter& number(double value);
  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  /// A value that is already JSON.
  JsonWriter& raw(std::string_view json) {
    separate();
    text_.append(json);
    return *this;
  }

  JsonWriter& field(std::string_view name, std::string_view value) { return key(name).string(value); }
  // Without this overload a literal would convert to bool.
  JsonWriter& field(std::string_view name, const char* value) { return key(name).string(value); }
  JsonWriter& field(std::string_view name, bool value) { return key(name).boolean(value); }
  JsonWriter& field(std::string_view name, std::int64_t value) { return key(name).integer(value); }

  const std::string& text() const { return text_; }
  std::string take() { return std::exchange(text_, {}); }

  /// Append a number in the format of integer(), unsigned_integer() and number(), without a writer.
  static void append_number(std::string& out, std::int64_t value);
  static void append_number(std::string& out, std::uint64_t value);
  static void append_number(std::string& out, double value);

 private:
  JsonWriter& open(char bracket) {
    separate();
    text_.push_back(bracket);
    comma_ = false;
    return *this;
  }
  JsonWriter& close(char bracket) {
    text_.push_back(bracket);
    comma_ = true;
    return *this;
  }
  void separate() {
    if (comma_) {
      text_.push_back(',');
    }
    comma_ = true;
  }

  std::string text_;
  bool comma_ = false;
};

}  // namespace ekiden::base
