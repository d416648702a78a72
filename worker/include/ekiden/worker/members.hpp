/// Member: the attributes that a described struct becomes in a table.
#pragma once

#include <ekiden/worker/decode.hpp>
#include <ekiden/worker/handler.hpp>
#include <ekiden/worker/message.hpp>

#include <string>
#include <type_traits>
#include <vector>

namespace ekiden::worker {

/// One attribute that encode() writes.
struct Member {
  std::string name;
  std::string type;       ///< "S", "N", "BOOL", "L" or "M"
  bool optional = false;  ///< True for std::optional: no attribute if it is empty.
};

namespace detail {

template <typename M>
std::string attribute_type() {
  if constexpr (IsOptional<M>::value) {
    return attribute_type<typename M::value_type>();
  } else if constexpr (std::is_same_v<M, bool>) {
    return "BOOL";
  } else if constexpr (std::is_arithmetic_v<M>) {
    return "N";
  } else if constexpr (std::is_same_v<M, std::string> || std::is_enum_v<M>) {
    return "S";
  } else {
    return IsVector<M>::value ? "L" : "M";
  }
}

}  // namespace detail

/// The attributes of T, in the order of BOOST_DESCRIBE_STRUCT; those of a base class are included.
template <Described T>
std::vector<Member> members_of() {
  std::vector<Member> members;
  boost::mp11::mp_for_each<detail::Members<T>>([&members](auto descriptor) {
    using M = std::remove_cvref_t<decltype(std::declval<T&>().*descriptor.pointer)>;
    members.push_back({descriptor.name, detail::attribute_type<M>(), detail::IsOptional<M>::value});
  });
  return members;
}

/// The members of the message type of handler H; empty if H takes a Message.
template <typename H>
std::vector<Member> members_of_handler() {
  using First = typename detail::Signature<std::decay_t<H>>::First;
  if constexpr (std::is_same_v<First, Message>) {
    return {};
  } else {
    return members_of<First>();
  }
}

}  // namespace ekiden::worker
