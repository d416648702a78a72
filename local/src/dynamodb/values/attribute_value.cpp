#include "attribute_value.hpp"

#include <ekiden/base/ascii.hpp>
#include <ekiden/base/base64.hpp>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "number.hpp"

namespace ekiden::local::dynamodb {
namespace {

constexpr std::array<std::string_view, 10> kTypeNames{"S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL"};

// DynamoDB Developer Guide, "DynamoDB item sizes and formats": a list or map costs 3 bytes, and 1 for each element.
constexpr std::size_t kContainerSize = 3;
constexpr std::size_t kElementSize = 1;

std::string_view view(const json::value& value) { return {value.get_string().data(), value.get_string().size()}; }

std::size_t number_size(std::string_view text) {
  // "Approximately (length of attribute name) + (1 byte per two significant digits) + (1 byte)", one more if negative.
  std::size_t digits = 0;
  std::size_t zeroes = 0;
  for (const char c : text) {
    if (c != '0' && base::is_digit(c)) {
      digits += zeroes + 1;
      zeroes = 0;
    } else if (c == '0' && digits != 0) {
      ++zeroes;  // They count only if another digit follows.
    }
  }
  return 1 + (digits + 1) / 2 + (text.starts_with('-') ? 1 : 0);
}

}  // namespace

std::string_view type_name(Type type) { return kTypeNames[static_cast<std::size_t>(type)]; }

std::optional<Type> type_named(std::string_view name) {
  for (std::size_t i = 0; i < kTypeNames.size(); ++i) {
    if (kTypeNames[i] == name) {
      return static_cast<Type>(i);
    }
  }
  return std::nullopt;
}

Type type_of(const json::value& attribute) {
  const std::string_view name = attribute.get_object().begin()->key();
  switch (name.size()) {
    case 1:
      switch (name[0]) {
        case 'S':
          return Type::kS;
        case 'N':
          return Type::kN;
        case 'B':
          return Type::kB;
        case 'M':
          return Type::kM;
        default:
          return Type::kL;
      }
    case 2:
      return name[0] == 'S' ? Type::kSS : name[0] == 'N' ? Type::kNS : Type::kBS;
    default:
      return name[0] == 'B' ? Type::kBOOL : Type::kNULL;
  }
}

const json::value& content_of(const json::value& attribute) { return attribute.get_object().begin()->value(); }
json::value& content_of(json::value& attribute) { return attribute.get_object().begin()->value(); }
std::string_view text_of(const json::value& attribute) { return view(content_of(attribute)); }

std::size_t attribute_size(const json::value& attribute) {
  const json::value& content = content_of(attribute);
  std::size_t size = 0;
  switch (type_of(attribute)) {
    case Type::kS:
      return content.get_string().size();
    case Type::kN:
      return number_size(view(content));
    case Type::kB:
      return base::base64_bytes(view(content));
    case Type::kBOOL:
    case Type::kNULL:
      return 1;
    case Type::kSS:
      for (const json::value& element : content.get_array()) {
        size += element.get_string().size();
      }
      return size;
    case Type::kNS:
      for (const json::value& element : content.get_array()) {
        size += number_size(view(element));
      }
      return size;
    case Type::kBS:
      for (const json::value& element : content.get_array()) {
        size += base::base64_bytes(view(element));
      }
      return size;
    case Type::kL:
      for (const json::value& element : content.get_array()) {
        size += kElementSize + attribute_size(element);
      }
      return kContainerSize + size;
    case Type::kM:
      return kContainerSize + content.get_object().size() * kElementSize + item_size(content.get_object());
  }
  return size;
}

std::size_t item_size(const Item& item) {
  std::size_t size = 0;
  for (const auto& member : item) {
    size += member.key().size() + attribute_size(member.value());
  }
  return size;
}

namespace {

// Numbers and binary values are canonical, so equal values have equal texts.
bool equal_sets(const json::array& a, const json::array& b) {
  const auto sorted = [](const json::array& elements) {
    std::vector<std::string_view> views;
    views.reserve(elements.size());
    std::transform(elements.begin(), elements.end(), std::back_inserter(views), view);
    std::sort(views.begin(), views.end());
    return views;
  };
  return a.size() == b.size() && sorted(a) == sorted(b);
}

bool equal_items(const Item& a, const Item& b) {
  return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const json::key_value_pair& member) {
           const json::value* other = b.if_contains(member.key());
           return other != nullptr && equal(member.value(), *other);
         });
}

}  // namespace

bool equal(const json::value& a, const json::value& b) {
  const Type type = type_of(a);
  if (type != type_of(b)) {
    return false;
  }
  const json::value& x = content_of(a);
  const json::value& y = content_of(b);
  switch (type) {
    case Type::kS:
    case Type::kN:
    case Type::kB:
      return view(x) == view(y);
    case Type::kBOOL:
      return x.get_bool() == y.get_bool();
    case Type::kNULL:
      return true;
    case Type::kSS:
    case Type::kNS:
    case Type::kBS:
      return equal_sets(x.get_array(), y.get_array());
    case Type::kL:
      return std::equal(x.get_array().begin(), x.get_array().end(), y.get_array().begin(), y.get_array().end(), equal);
    case Type::kM:
      return equal_items(x.get_object(), y.get_object());
  }
  return false;
}

std::optional<std::strong_ordering> compare(const json::value& a, const json::value& b) {
  const Type type = type_of(a);
  if (type != type_of(b)) {
    return std::nullopt;
  }
  switch (type) {
    case Type::kS:
      return text_of(a).compare(text_of(b)) <=> 0;  // char_traits<char> compares as unsigned bytes.
    case Type::kN:
      return Number::parse(text_of(a)) <=> Number::parse(text_of(b));
    case Type::kB:
      return base::from_base64(text_of(a)).value_or("").compare(base::from_base64(text_of(b)).value_or("")) <=> 0;
    default:
      return std::nullopt;
  }
}

json::value make_attribute(Type type, json::value content) {
  json::object object(content.storage());
  object.reserve(1);
  object.emplace(type_name(type), std::move(content));
  return object;
}

std::string describe(const json::value& attribute) {
  const json::value& content = content_of(attribute);
  const std::string text = content.is_string() ? std::string(view(content)) : json::serialize(content);
  return "{" + std::string(type_name(type_of(attribute))) + ":" + text + "}";
}

Item parse_item(std::string_view stored, json::storage_ptr storage) {
  json::parse_options options;
  options.max_depth = 4 * static_cast<std::size_t>(kNestingMax);  // Each level is two levels of JSON.
  return std::move(json::parse(stored, std::move(storage), options).as_object());
}

}  // namespace ekiden::local::dynamodb
