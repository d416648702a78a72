#include "unprocessed.hpp"

#include <algorithm>

namespace ekiden::aws::dynamodb {
namespace {

// Strings, binary values and booleans come back as sent. Numbers, and containers of numbers or without an order, might
// not.
bool comes_back_as_sent(const AttributeValue& value) {
  const std::string_view type = value.type();
  return type == "S" || type == "B" || type == "BOOL" || type == "NULL";
}

bool could_be(const AttributeValue& sent, const AttributeValue& returned) {
  return sent == returned || (sent.type() == returned.type() && !comes_back_as_sent(sent));
}

bool could_be(const Item& sent, const Item& returned) {
  return sent.size() == returned.size() && std::ranges::all_of(sent, [&returned](const Item::Attribute& attribute) {
           const AttributeValue* const other = returned.find(attribute.first);
           return other != nullptr && could_be(attribute.second, *other);
         });
}

}  // namespace

std::vector<std::size_t> unprocessed_positions(const std::vector<Item>& sent, const std::vector<Item>& returned) {
  std::vector<bool> left(sent.size());
  for (const Item& item : returned) {
    const auto exact = std::ranges::find(sent, item);
    if (exact != sent.end()) {
      left[static_cast<std::size_t>(exact - sent.begin())] = true;
      continue;
    }
    bool any = false;
    for (std::size_t i = 0; i < sent.size(); ++i) {
      if (could_be(sent[i], item)) {
        left[i] = true;
        any = true;
      }
    }
    if (!any) {
      left.assign(sent.size(), true);
    }
  }
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    if (left[i]) {
      positions.push_back(i);
    }
  }
  return positions;
}

}  // namespace ekiden::aws::dynamodb
