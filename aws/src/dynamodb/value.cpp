#include <ekiden/aws/dynamodb/value.hpp>
#include <ekiden/base/ascii.hpp>
#include <ekiden/base/parse.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace ekiden::aws::dynamodb {
namespace {

bool name_less(const Item::Attribute& attribute, std::string_view name) { return attribute.first < name; }

std::size_t number_size(const std::string& text) {
  const auto digits = std::count_if(text.begin(), text.end(), base::is_digit);
  return static_cast<std::size_t>(digits + 1) / 2 + 1;
}

std::size_t sum(const std::vector<std::string>& values, std::size_t (*size)(const std::string&)) {
  std::size_t total = 0;
  for (const std::string& value : values) {
    total += size(value);
  }
  return total;
}

std::size_t text_size(const std::string& text) { return text.size(); }

std::size_t value_size(const AttributeValue& value);

struct SizeOf {
  std::size_t operator()(std::nullptr_t) const { return 1; }
  std::size_t operator()(bool) const { return 1; }
  std::size_t operator()(const std::string& text) const { return text.size(); }
  std::size_t operator()(const Number& number) const { return number_size(number.text); }
  std::size_t operator()(const Binary& binary) const { return binary.bytes.size(); }
  std::size_t operator()(const List& list) const {
    std::size_t total = 3;
    for (const AttributeValue& element : list) {
      total += value_size(element) + 1;
    }
    return total;
  }
  std::size_t operator()(const Item& map) const { return 3 + map.size() + size_of(map); }
  std::size_t operator()(const StringSet& set) const { return sum(set.values, text_size); }
  std::size_t operator()(const NumberSet& set) const { return sum(set.values, number_size); }
  std::size_t operator()(const BinarySet& set) const { return sum(set.values, text_size); }
};

std::size_t value_size(const AttributeValue& value) { return std::visit(SizeOf{}, value.variant()); }

template <std::floating_point T>
Number shortest(T value) {
  std::array<char, 64> digits;  // Enough for each type: the shortest text of a long double has less than 40.
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return Number{std::string(digits.data(), result.ptr)};
}

}  // namespace

Item::Item(std::initializer_list<Attribute> attributes) {
  for (const Attribute& attribute : attributes) {
    set(attribute.first, attribute.second);
  }
}

Item& Item::set(std::string name, AttributeValue value) {
  if (attributes_.empty() || attributes_.back().first < name) {
    attributes_.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  const auto position = std::lower_bound(attributes_.begin(), attributes_.end(), name, name_less);
  if (position->first == name) {
    position->second = std::move(value);
  } else {
    attributes_.emplace(position, std::move(name), std::move(value));
  }
  return *this;
}

const AttributeValue* Item::find(std::string_view name) const {
  const auto position = std::lower_bound(attributes_.begin(), attributes_.end(), name, name_less);
  return position != attributes_.end() && position->first == name ? &position->second : nullptr;
}

bool Item::erase(std::string_view name) {
  const auto position = std::lower_bound(attributes_.begin(), attributes_.end(), name, name_less);
  if (position == attributes_.end() || position->first != name) {
    return false;
  }
  attributes_.erase(position);
  return true;
}

void Item::reserve(std::size_t attributes) { attributes_.reserve(attributes); }

Item Item::from(std::vector<Attribute> attributes) {
  Item item;
  item.attributes_ = std::move(attributes);
  std::sort(item.attributes_.begin(), item.attributes_.end(),
            [](const Attribute& a, const Attribute& b) { return a.first < b.first; });
  return item;
}

AttributeValue AttributeValue::number(float value) { return shortest(value); }
AttributeValue AttributeValue::number(double value) { return shortest(value); }
AttributeValue AttributeValue::number(long double value) { return shortest(value); }

const std::string* AttributeValue::number_text() const {
  const Number* const number = std::get_if<Number>(&value_);
  return number != nullptr ? &number->text : nullptr;
}

std::optional<std::int64_t> AttributeValue::integer() const {
  const std::string* const text = number_text();
  return text == nullptr ? std::nullopt : base::parse<std::int64_t>(*text);
}

std::optional<bool> AttributeValue::boolean() const {
  const bool* const value = std::get_if<bool>(&value_);
  return value != nullptr ? std::optional<bool>(*value) : std::nullopt;
}

std::string_view AttributeValue::type() const {
  // In the order of Variant.
  constexpr std::array<std::string_view, std::variant_size_v<Variant>> kTypes{"NULL", "BOOL", "S",  "N",  "B",
                                                                              "L",    "M",    "SS", "NS", "BS"};
  return kTypes[value_.index()];
}

std::size_t size_of(const Item& item) {
  std::size_t total = 0;
  for (const auto& [name, value] : item) {
    total += name.size() + value_size(value);
  }
  return total;
}

}  // namespace ekiden::aws::dynamodb
