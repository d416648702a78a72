/// decode: converts a JSON message body to a described struct.
#pragma once

#include <ekiden/base/json/reader.hpp>

#include <boost/describe/bases.hpp>
#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/members.hpp>
#include <boost/describe/modifiers.hpp>
#include <boost/mp11/algorithm.hpp>

#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace ekiden::worker {

/// Thrown if a body does not fit the handler's message type. The text names the path of the member, what was expected
/// and what was found: "parcels[1].weight: expected a number, found a string". It never contains a value of the
/// message, because it goes into logs and dead letters.
class DecodeError : public std::runtime_error {
 public:
  DecodeError(const std::string& path, std::string_view expected, std::string_view found);
  /// For a body that cannot be read as JSON: "the body is not JSON: expected a value at byte 0".
  explicit DecodeError(const std::string& sentence) : std::runtime_error(sentence) {}
};

/// A struct with BOOST_DESCRIBE_STRUCT.
template <typename T>
concept Described = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

namespace detail {

template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <typename T>
struct IsVector : std::false_type {};
template <typename T>
struct IsVector<std::vector<T>> : std::true_type {};

template <typename T>
using Members = boost::describe::describe_members<T, static_cast<unsigned>(boost::describe::mod_public) |
                                                         static_cast<unsigned>(boost::describe::mod_inherited)>;

// The path of the member that is being decoded, as links on the stack. Only an error turns it into text.
struct Path {
  const Path* parent = nullptr;
  const char* member = nullptr;
  std::size_t index = 0;

  std::string text() const {
    if (parent == nullptr) {
      return {};
    }
    const std::string before = parent->text();
    if (member == nullptr) {
      return before + "[" + std::to_string(index) + "]";
    }
    return before.empty() ? member : before + "." + member;
  }
};

/// Found in place of an integer that fits.
inline constexpr std::string_view kOtherNumber = "a number that is out of range or has a fraction";
/// Expected and found if the magnitude of a number is too large for its member.
inline constexpr std::string_view kFloat = "a number that fits into a float";
inline constexpr std::string_view kDouble = "a number that fits into a double";
inline constexpr std::string_view kTooLarge = "a number that is out of range";
/// Found in place of a required member. The advice is needed because an initialiser such as `= 0`, which equals the
/// type's empty value, does not make a member optional: C++ cannot show that it is there.
inline constexpr std::string_view kNothing =
    "nothing; send it, or make the member optional: std::optional, or a default value that is not 0, false or empty";
/// The same for a member that is a struct, whose default does not count.
inline constexpr std::string_view kNoStruct = "nothing; send it, or make the member optional: std::optional";

/// Parses into a document that is reused for every body. The result is valid until the next call on this thread.
base::JsonReader parse_body(std::string_view text);

/// The kind of a JSON value in words, such as "a string".
std::string_view found_text(const base::JsonReader& json);

[[noreturn]] inline void mismatch(const Path& path, std::string_view expected, const base::JsonReader& found) {
  throw DecodeError(path.text(), expected, found_text(found));
}

template <typename T>
void decode_into(T& out, const base::JsonReader& json, const Path& path);

template <typename T>
void decode_number(T& out, const base::JsonReader& json, const Path& path) {
  if (json.kind() != base::JsonKind::kNumber) {
    mismatch(path, "a number", json);
  }
  if constexpr (std::is_floating_point_v<T>) {
    if constexpr (std::is_same_v<T, float>) {
      out = *json.number_as_float();
    } else {
      out = *json.number();
    }
    if (!std::isfinite(out)) {
      throw DecodeError(path.text(), std::is_same_v<T, float> ? kFloat : kDouble, kTooLarge);
    }
  } else if constexpr (std::is_signed_v<T>) {
    const auto value = json.integer();
    if (!value || !std::in_range<T>(*value)) {
      throw DecodeError(path.text(), "an integer of " + std::to_string(sizeof(T) * 8) + " bits", kOtherNumber);
    }
    out = static_cast<T>(*value);
  } else {
    const auto value = json.unsigned_integer();
    if (!value || !std::in_range<T>(*value)) {
      throw DecodeError(path.text(), "an unsigned integer of " + std::to_string(sizeof(T) * 8) + " bits", kOtherNumber);
    }
    out = static_cast<T>(*value);
  }
}

// True if the struct gives the member a default value. C++ cannot show initialisers, so only a value that differs from
// the type's empty value (0, false, "", no elements, the first enum value if that is 0) counts as a default.
template <typename M>
bool has_default(const M& initial) {
  if constexpr (IsVector<M>::value || std::is_same_v<M, std::string>) {
    return !initial.empty();
  } else if constexpr (std::is_arithmetic_v<M> || std::is_enum_v<M>) {
    return initial != M{};
  } else {
    return false;
  }
}

template <typename T>
void decode_struct(T& out, const base::JsonReader& json, const Path& path) {
  if (json.kind() != base::JsonKind::kObject) {
    mismatch(path, "an object", json);
  }
  boost::mp11::mp_for_each<Members<T>>([&](auto descriptor) {
    auto& member = out.*descriptor.pointer;
    using Member = std::remove_cvref_t<decltype(member)>;
    const auto found = json.find(descriptor.name);
    const Path here{&path, descriptor.name, 0};
    if (found) {
      decode_into(member, *found, here);
    } else if (!IsOptional<Member>::value && !has_default(member)) {
      throw DecodeError(here.text(), "a value", Described<Member> ? kNoStruct : kNothing);
    }
  });
}

template <typename T>
void decode_into(T& out, const base::JsonReader& json, const Path& path) {
  using Kind = base::JsonKind;
  if constexpr (std::is_same_v<T, bool>) {
    if (json.kind() != Kind::kBoolean) {
      mismatch(path, "a boolean", json);
    }
    out = *json.boolean();
  } else if constexpr (std::is_arithmetic_v<T>) {
    decode_number(out, json, path);
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (json.kind() != Kind::kString) {
      mismatch(path, "a string", json);
    }
    out = std::string(*json.string());
  } else if constexpr (std::is_enum_v<T>) {
    const bool known =
        json.kind() == Kind::kString && boost::describe::enum_from_string(std::string(*json.string()).c_str(), out);
    if (!known) {
      throw DecodeError(path.text(), "one of the enum's names", found_text(json));
    }
  } else if constexpr (IsOptional<T>::value) {
    if (json.kind() == Kind::kNull) {
      out.reset();
    } else {
      decode_into(out.emplace(), json, path);
    }
  } else if constexpr (IsVector<T>::value) {
    if (json.kind() != Kind::kArray) {
      mismatch(path, "an array", json);
    }
    out.resize(json.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
      decode_into(out[i], json.element(i), Path{&path, nullptr, i});
    }
  } else {
    static_assert(Described<T>,
                  "Ekiden decodes bool, numbers, std::string, described enums, std::optional, std::vector and structs "
                  "with BOOST_DESCRIBE_STRUCT; this member has another type.");
    decode_struct(out, json, path);
  }
}

}  // namespace detail

/// Decodes a JSON object into T. Throws DecodeError if the text does not fit.
///
/// Unknown keys are ignored. A member can be absent from the JSON if it is a std::optional, which is then empty, or if
/// it has a default value other than its type's empty value, which it then keeps. Every other member is required:
///
///   int a = 0;             // required: 0 is the empty value
///   int b = 1;             // optional, 1 if absent
///   std::optional<int> c;  // optional, empty if absent
///   Address d;             // required: the default of a struct does not count
///
/// Numbers are never changed silently. An integer has no fraction and no exponent, and fits into its member. A double
/// or float becomes the value that is nearest to the decimal, and is never infinite.
template <Described T>
T decode(std::string_view text) {
  T value{};
  detail::decode_into(value, detail::parse_body(text), detail::Path{});
  return value;
}

}  // namespace ekiden::worker
