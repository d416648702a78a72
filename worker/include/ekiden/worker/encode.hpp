/// encode: converts a described struct to a DynamoDB item.
#pragma once

#include <ekiden/aws/dynamodb/number_check.hpp>
#include <ekiden/aws/dynamodb/value.hpp>
#include <ekiden/worker/decode.hpp>

#include <boost/describe/enum_to_string.hpp>

#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace ekiden::worker {

namespace detail {

template <typename T>
aws::dynamodb::AttributeValue to_attribute(const T& value);

template <typename T>
aws::dynamodb::Item to_item(const T& value) {
  aws::dynamodb::Item item;
  item.reserve(boost::mp11::mp_size<Members<T>>::value);
  boost::mp11::mp_for_each<Members<T>>([&](auto descriptor) {
    const auto& member = value.*descriptor.pointer;
    if constexpr (IsOptional<std::remove_cvref_t<decltype(member)>>::value) {
      if (member) {
        item.set(descriptor.name, to_attribute(*member));
      }
    } else {
      item.set(descriptor.name, to_attribute(member));
    }
  });
  return item;
}

template <typename T>
aws::dynamodb::AttributeValue to_attribute(const T& value) {
  if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::string>) {
    return value;
  } else if constexpr (std::is_arithmetic_v<T>) {
    return aws::dynamodb::AttributeValue::number(value);
  } else if constexpr (std::is_enum_v<T>) {
    return std::string(boost::describe::enum_to_string(value, ""));
  } else if constexpr (IsVector<T>::value) {
    aws::dynamodb::List list;
    for (const auto& element : value) {
      list.push_back(to_attribute(element));
    }
    return list;
  } else {
    static_assert(Described<T>,
                  "Ekiden encodes bool, numbers, std::string, described enums, std::optional, std::vector and structs "
                  "with BOOST_DESCRIBE_STRUCT; this member has another type.");
    return to_item(value);
  }
}

}  // namespace detail

/// Makes one attribute for each member, with the member's name: std::string and enums become S, numbers N, bool BOOL,
/// std::vector L and structs M. An empty std::optional gets no attribute. A member of another type does not compile.
/// A float or double becomes the shortest text that reads back as the same value. Throws aws::dynamodb::NumberError if
/// DynamoDB cannot store it: see aws::dynamodb::check_numbers().
///
///   struct Order { std::string id; int amount; };  BOOST_DESCRIBE_STRUCT(Order, (), (id, amount))
///   encode(Order{"o1", 7})   // {"id": {"S": "o1"}, "amount": {"N": "7"}}
template <Described T>
aws::dynamodb::Item encode(const T& value) {
  aws::dynamodb::Item item = detail::to_item(value);
  aws::dynamodb::check_numbers(item);
  return item;
}

}  // namespace ekiden::worker
