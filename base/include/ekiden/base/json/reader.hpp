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

/// One value of a JsonDocument; as cheap as a pointer. It and the texts that it returns are valid until its document
/// parses another text or is destroyed. A function for another kind of value returns nothing. No function asserts
/// anything about the text, because a peer wrote it: what the text does not have reads as null.
///
///   base::JsonDocument document;
///   if (!document.parse(R"({"id":42})")) {
///     document.root().find("id")->integer();  // 42
///   }
class JsonReader {
 public:
  JsonKind kind() const;
  bool is_null() const { return kind() == JsonKind::kNull; }

  std::optional<bool> boolean() const;
  std::optional<std::string_view> string() const;
  /// Any number, as the nearest double. A number that is too large for a double gives an infinity: check the result
  /// with std::isfinite() before you use it.
  std::optional<double> number() const;
  /// The same for a float. A double that is rounded to a float is not always the nearest one.
  std::optional<float> number_as_float() const;
  /// A number without fraction or exponent that fits into the type.
  std::optional<std::int64_t> integer() const;
  std::optional<std::uint64_t> unsigned_integer() const;

  /// Number of elements of an array or members of an object; 0 for other kinds.
  std::size_t size() const;
  /// The i-th element; null if this is not an array or has no such element.
  JsonReader element(std::size_t i) const;

  struct Member;
  /// The i-th member in the order of the text; null without a name if this is not an object or has no such member. If
  /// members have the same name, only the last one is kept.
  Member member(std::size_t i) const;
  /// The member of that name; nothing if there is none, or if this is not an object.
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

/// Where and why a text is not JSON. Never contains the text, which is the user's data.
struct JsonError {
  std::size_t offset = 0;
  std::string reason;
};

/// Holds a parsed text. Reuse one object for many texts: it allocates memory only for texts that need more than its
/// reserve. Not thread-safe.
class JsonDocument {
 public:
  /// Maximum nesting depth. DynamoDB allows 32 levels, which are 64 levels of JSON; this is more than twice as deep.
  static constexpr std::size_t kDepthMax = 160;

  /// Keeps `reserve` bytes of memory between texts. Choose about three times the size of a typical text.
  explicit JsonDocument(std::size_t reserve = 4096);
  ~JsonDocument();
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;

  /// Parses one value of strict JSON (RFC 8259), nested at most `depth_max` deep, and replaces the content. Returns
  /// nothing on success, else the reason; root() is then null.
  [[nodiscard]] std::optional<JsonError> parse(std::string_view text, std::size_t depth_max = kDepthMax);

  /// The root of the last parsed text; null before the first one.
  JsonReader root() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ekiden::base
