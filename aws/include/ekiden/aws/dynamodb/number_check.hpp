/// check_numbers: finds the numbers that DynamoDB cannot store, before they are sent.
#pragma once

#include <ekiden/aws/dynamodb/value.hpp>

#include <stdexcept>
#include <string>

namespace ekiden::aws::dynamodb {

/// An item has a number that DynamoDB cannot store. what() names the attribute by its path, says what is wrong and what
/// to do, and never contains the number: "lines[1].price: the number is larger than ...".
class NumberError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// Throws NumberError for the first number, also in a list, map or set, that
/// - is not a decimal number: an infinity, NaN, a hexadecimal number, or a text with a decimal comma;
/// - has a magnitude above 9.9999999999999999999999999999999999999E+125, or below 1E-130 and is not 0; DynamoDB does
/// not
///   round such a number to 0, but rejects it;
/// - has more than 38 significant digits. Zeros before and after them do not count.
/// Source: DynamoDB Developer Guide, "Supported data types and naming rules".
void check_numbers(const Item& item);

}  // namespace ekiden::aws::dynamodb
