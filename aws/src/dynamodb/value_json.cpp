#include <ekiden/aws/dynamodb/value_json.hpp>
#include <ekiden/base/base64.hpp>

namespace ekiden::aws::dynamodb {
namespace {

using base::JsonKind;
using base::JsonReader;
using base::JsonWriter;

void write_strings(JsonWriter& json, std::string_view type, const std::vector<std::string>& values, bool binary) {
  json.key(type).begin_array();
  for (const std::string& value : values) {
    json.string(binary ? base::to_base64(value) : value);
  }
  json.end_array();
}

struct Write {
  JsonWriter& json;

  void operator()(std::nullptr_t) const { json.field("NULL", true); }
  void operator()(bool value) const { json.field("BOOL", value); }
  void operator()(const std::string& value) const { json.field("S", value); }
  void operator()(const Number& value) const { json.field("N", value.text); }
  void operator()(const Binary& value) const { json.field("B", base::to_base64(value.bytes)); }
  void operator()(const List& value) const {
    json.key("L").begin_array();
    for (const AttributeValue& element : value) {
      write(json, element);
    }
    json.end_array();
  }
  void operator()(const Item& value) const {
    json.key("M");
    write(json, value);
  }
  void operator()(const StringSet& value) const { write_strings(json, "SS", value.values, false); }
  void operator()(const NumberSet& value) const { write_strings(json, "NS", value.values, false); }
  void operator()(const BinarySet& value) const { write_strings(json, "BS", value.values, true); }
};

std::string text_of(JsonReader json, std::string_view type) {
  const std::optional<std::string_view> text = json.string();
  if (!text) {
    throw ValueError("the value of " + std::string(type) + " is a " + std::string(base::to_string(json.kind())) +
                     ", not a string");
  }
  return std::string(*text);
}

std::string bytes_of(JsonReader json, std::string_view type) {
  std::optional<std::string> bytes = base::from_base64(text_of(json, type));
  if (!bytes) {
    throw ValueError("the value of " + std::string(type) + " is not Base64");
  }
  return std::move(*bytes);
}

bool bool_of(JsonReader json, std::string_view type) {
  const std::optional<bool> value = json.boolean();
  if (!value) {
    throw ValueError("the value of " + std::string(type) + " is a " + std::string(base::to_string(json.kind())) +
                     ", not a boolean");
  }
  return *value;
}

void expect_array(JsonReader json, std::string_view type) {
  if (json.kind() != JsonKind::kArray) {
    throw ValueError("the value of " + std::string(type) + " is a " + std::string(base::to_string(json.kind())) +
                     ", not an array");
  }
}

std::vector<std::string> texts_of(JsonReader json, std::string_view type) {
  expect_array(json, type);
  std::vector<std::string> values;
  values.reserve(json.size());
  for (std::size_t i = 0; i < json.size(); ++i) {
    values.push_back(type == "BS" ? bytes_of(json.element(i), type) : text_of(json.element(i), type));
  }
  return values;
}

List list_of(JsonReader json) {
  expect_array(json, "L");
  List list;
  list.reserve(json.size());
  for (std::size_t i = 0; i < json.size(); ++i) {
    list.push_back(read_value(json.element(i)));
  }
  return list;
}

}  // namespace

void write(JsonWriter& json, const AttributeValue& value) {
  json.begin_object();
  std::visit(Write{json}, value.variant());
  json.end_object();
}

void write(JsonWriter& json, const Item& item) {
  json.begin_object();
  for (const auto& [name, value] : item) {
    json.key(name);
    write(json, value);
  }
  json.end_object();
}

AttributeValue read_value(JsonReader json) {
  if (json.kind() != JsonKind::kObject || json.size() != 1) {
    throw ValueError("an attribute value must be an object with exactly one member, named after the type");
  }
  const JsonReader::Member member = json.member(0);
  const std::string_view type = member.name;
  if (type == "S") {
    return text_of(member.value, type);
  }
  if (type == "N") {
    return Number{text_of(member.value, type)};
  }
  if (type == "BOOL") {
    return bool_of(member.value, type);
  }
  if (type == "M") {
    return read_item(member.value);
  }
  if (type == "L") {
    return list_of(member.value);
  }
  if (type == "NULL") {
    bool_of(member.value, type);
    return nullptr;
  }
  if (type == "B") {
    return Binary{bytes_of(member.value, type)};
  }
  if (type == "SS") {
    return StringSet{texts_of(member.value, type)};
  }
  if (type == "NS") {
    return NumberSet{texts_of(member.value, type)};
  }
  if (type == "BS") {
    return BinarySet{texts_of(member.value, type)};
  }
  throw ValueError("an attribute value must have one of the types S, N, B, BOOL, NULL, L, M, SS, NS and BS");
}

Item read_item(JsonReader json) {
  if (json.kind() != JsonKind::kObject) {
    throw ValueError("an item must be an object of attribute values, but this is: " +
                     std::string(base::to_string(json.kind())));
  }
  std::vector<Item::Attribute> attributes;
  attributes.reserve(json.size());
  for (std::size_t i = 0; i < json.size(); ++i) {
    const JsonReader::Member member = json.member(i);
    attributes.emplace_back(std::string(member.name), read_value(member.value));
  }
  return Item::from(std::move(attributes));
}

}  // namespace ekiden::aws::dynamodb
