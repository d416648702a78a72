/// JsonDocument and JsonReader: a parsed JSON text and a cursor into it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::base {

enum class JsonKind { kNull, kBoolean, kNumber, kString, kArray, kObject };

/// "null", "boolean", "number", "string", "array", "object"
std::string_view to_string(JsonKind kind);

/// One value of a JsonDocument; as cheap as a pointer. Valid until its document parses again or ends; so are the texts
/// it yields. Questions of the wrong kind have the answer "nothing".
class JsonReader {
 public:
  JsonKind kind() const;
  bool is_null() const { return kind() == JsonKind::kNull; }

  std::optional<bool> boolean() const;
  std::optional<std::string_view> string() const;
  /// Any number, rounded to a double if need be.
  std::optional<double> number() const;
  /// A number without fraction or exponent that fits.
  std::optional<std::int64_t> integer() const;
  std::optional<std::uint64_t> unsigned_integer() const;

  /// Elements of an array or members of an object; else 0.
  std::size_t size() const;
  /// The i-th element, i < size().
  JsonReader element(std::size_t i) const;

  struct Member;
  /// The i-th member in the order of the text, i < size(). Of members with the same name only the last exists.
  Member member(std::size_t i) const;
  /// The member of that name; nothing if there is none, or this is no object.
  std::optional<JsonReader> find(std::string_view name) const;
  /// The text of the string member of that name; empty if there is none.
  std::string_view text(std::string_view name) const;

 private:
  friend class JsonDocument;
  explicit JsonReader(const void* node) : node_(node) {}
  const void* node_;
};

struct JsonReader::Member {
  std::string_view name;
  JsonReader value;
};

/// Where and why a text is no JSON. Never the text itself: it is the user's data.
struct JsonError {
  std::size_t offset = 0;
  std::string reason;
};

/// The memory of a parsed text. Keep one and parse into it again: it allocates only for what exceeds its reserve.
/// Not thread-safe.
class JsonDocument {
 public:
  /// DynamoDB's 32 levels are two of JSON each; twice that, and room for what is around them.
  static constexpr std::size_t kDepthMax = 160;

  /// `reserve` bytes of memory are kept from text to text; about three times a typical text.
  explicit JsonDocument(std::size_t reserve = 4096);
  ~JsonDocument();
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;

  /// Replaces the content. Nothing on success, else the reason; root() is then null. One value of strict JSON (RFC
  /// 8259), nested at most `depth_max` deep.
  [[nodiscard]] std::optional<JsonError> parse(std::string_view text, std::size_t depth_max = kDepthMax);

  /// The value parsed last; null before the first.
  JsonReader root() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ekiden::base
