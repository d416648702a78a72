/// decode: a message body into a described struct.
#pragma once

#include <ekiden/base/json/reader.hpp>

#include <boost/describe/bases.hpp>
#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/members.hpp>
#include <boost/describe/modifiers.hpp>
#include <boost/mp11/algorithm.hpp>

#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace ekiden::worker {

/// A body that does not decode into the handler's type. The text names the path, what was expected and what was found,
/// never the value: it goes into logs and dead letters.
class DecodeError : public std::runtime_error {
 public:
  DecodeError(const std::string& path, std::string_view expected, std::string_view found);
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

// Where we are, as links on the stack: it becomes text only when an error needs it.
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

/// Parses into a document that is kept from body to body; valid until the next call on this thread.
base::JsonReader parse_body(std::string_view text);

/// "a string", "nothing", ...
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
    out = static_cast<T>(*json.number());
  } else if constexpr (std::is_signed_v<T>) {
    const auto value = json.integer();
    if (!value || !std::in_range<T>(*value)) {
      throw DecodeError(path.text(), "an integer of " + std::to_string(sizeof(T) * 8) + " bits", "another number");
    }
    out = static_cast<T>(*value);
  } else {
    const auto value = json.unsigned_integer();
    if (!value || !std::in_range<T>(*value)) {
      throw DecodeError(path.text(), "an unsigned integer of " + std::to_string(sizeof(T) * 8) + " bits",
                        "another number");
    }
    out = static_cast<T>(*value);
  }
}

// An absent member is fine if it is optional, or if the struct gives it a default, which then stays: a default is seen
// by its being another value than the type's own empty one.
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
      throw DecodeError(here.text(), "a value", "nothing");
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
      throw DecodeError(path.text(), "one of the enumeration's names", found_text(json));
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
                  "with BOOST_DESCRIBE_STRUCT; this member is none of them.");
    decode_struct(out, json, path);
  }
}

}  // namespace detail

/// Decodes a JSON text into T. Unknown keys are ignored; an absent std::optional is empty; an absent member with a
/// default (other than its type's empty value) keeps it; any other absence is an error.
/// Throws DecodeError.
template <Described T>
T decode(std::string_view text) {
  T value{};
  detail::decode_into(value, detail::parse_body(text), detail::Path{});
  return value;
}

}  // namespace ekiden::worker
