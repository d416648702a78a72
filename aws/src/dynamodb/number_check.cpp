#include <ekiden/aws/dynamodb/number_check.hpp>
#include <ekiden/base/ascii.hpp>
#include <ekiden/base/decimal.hpp>

#include <algorithm>
#include <string_view>

namespace ekiden::aws::dynamodb {
namespace {

constexpr std::size_t kDigitsMax = 38;
constexpr std::int64_t kExponentMax = 125;
constexpr std::int64_t kExponentMin = -130;

// Most numbers are such integers and need no closer look.
bool is_short_integer(std::string_view text) {
  text.remove_prefix(text.starts_with('-') ? 1 : 0);
  return !text.empty() && text.size() <= kDigitsMax && std::ranges::all_of(text, base::is_digit);
}

bool is_not_finite(std::string_view text) {
  text.remove_prefix(text.starts_with('-') ? 1 : 0);
  return text.starts_with("inf") || text.starts_with("nan");  // As std::to_chars writes them.
}

// What is wrong with the number; empty if nothing is.
std::string fault_of(std::string_view text) {
  if (is_short_integer(text)) {
    return {};
  }
  const std::optional<base::Decimal> number = base::read_decimal(text);
  if (!number) {
    return is_not_finite(text) ? "the number is infinite or not a number (NaN), which DynamoDB cannot store; put a "
                                 "finite number"
                               : "the number is not a decimal number such as -1.5e3, the only kind that DynamoDB "
                                 "stores; write it so";
  }
  if (number->digits == 0) {
    return {};
  }
  if (number->exponent > kExponentMax) {
    return "the number is larger than 9.9999999999999999999999999999999999999E+125, the maximum of DynamoDB; put a "
           "string instead";
  }
  if (number->exponent < kExponentMin) {
    return "the number is closer to 0 than 1E-130, the minimum of DynamoDB; put 0 or a string instead";
  }
  if (number->digits > kDigitsMax) {
    return "the number has " + std::to_string(number->digits) +
           " significant digits, but DynamoDB stores at most 38; round it, or put a string instead";
  }
  return {};
}

/// The first fault, and the path of its number.
class NumberCheck {
 public:
  /// True if it found a fault.
  bool fails(const Item& item) {
    for (const auto& [name, value] : item) {
      if (fails(value)) {
        path_.insert(0, "." + name);
        return true;
      }
    }
    return false;
  }

  [[noreturn]] void refuse() const { throw NumberError(path_.substr(1) + ": " + fault_); }

 private:
  bool fails(const AttributeValue& value) {
    if (const auto* const number = std::get_if<Number>(&value.variant())) {
      fault_ = fault_of(number->text);
      return !fault_.empty();
    }
    if (const List* const list = value.list()) {
      return any_fails(*list, [this](const AttributeValue& element) { return fails(element); });
    }
    if (const auto* const set = std::get_if<NumberSet>(&value.variant())) {
      return any_fails(set->values, [this](const std::string& text) {
        fault_ = fault_of(text);
        return !fault_.empty();
      });
    }
    const Item* const map = value.map();
    return map != nullptr && fails(*map);
  }

  template <typename T, typename Fails>
  bool any_fails(const std::vector<T>& elements, Fails element_fails) {
    const auto found = std::ranges::find_if(elements, element_fails);
    if (found == elements.end()) {
      return false;
    }
    path_.insert(0, "[" + std::to_string(found - elements.begin()) + "]");
    return true;
  }

  std::string path_;
  std::string fault_;
};

}  // namespace

void check_numbers(const Item& item) {
  NumberCheck check;
  if (check.fails(item)) {
    check.refuse();
  }
}

}  // namespace ekiden::aws::dynamodb
