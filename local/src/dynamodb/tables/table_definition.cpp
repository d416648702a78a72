#include "table_definition.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "dynamodb/api/errors.hpp"

namespace ekiden::local::dynamodb {
namespace {

constexpr std::string_view kInvalid = "One or more parameter values were invalid: ";
constexpr std::int64_t kUnitsMax = 1'000'000'000'000;
constexpr std::size_t kKeyNameMax = 255;

/// An element of KeySchema or AttributeDefinitions: a name and a kind.
struct Element {
  std::string_view name;
  std::string_view kind;
};

std::vector<Element> parse_elements(json::array* list, std::string_view structure, std::string_view kind_member,
                                    std::string_view path, std::initializer_list<std::string_view> kinds,
                                    Constraints& constraints) {
  std::vector<Element> elements;
  if (list == nullptr) {
    return elements;
  }
  std::string kind_path(kind_member);
  kind_path[0] = static_cast<char>(kind_path[0] - 'A' + 'a');
  for (json::value& value : *list) {
    json::object& object = structure_value(value, structure);
    const auto name = find_string(object, "AttributeName");
    const auto kind = find_string(object, kind_member);
    const std::string prefix = std::string(path) + "." + std::to_string(elements.size() + 1) + ".member.";
    constraints.not_null(name.has_value(), prefix + "attributeName");
    constraints.not_null(kind.has_value(), prefix + kind_path);
    constraints.one_of(kind, prefix + kind_path, kinds);
    if (name) {
      constraints.length(name->size(), *name, prefix + "attributeName", 1, kKeyNameMax);
    }
    elements.push_back({name.value_or(""), kind.value_or("")});
  }
  return elements;
}

std::string names_of(const std::vector<Element>& elements) {
  std::string names = "[";
  for (const Element& element : elements) {
    names.append(names.size() > 1 ? ", " : "").append(element.name);
  }
  return names + "]";
}

const Element* find_element(const std::vector<Element>& elements, std::string_view name) {
  const auto found =
      std::find_if(elements.begin(), elements.end(), [&](const Element& element) { return element.name == name; });
  return found == elements.end() ? nullptr : &*found;
}

void check_keys(const std::vector<Element>& keys, const std::vector<Element>& definitions) {
  if (keys.size() > definitions.size()) {
    refuse_validation("Invalid KeySchema: Some index key attribute have no definition");
  }
  if (!std::all_of(keys.begin(), keys.end(),
                   [&](const Element& key) { return find_element(definitions, key.name) != nullptr; })) {
    refuse_validation(std::string(kInvalid) +
                      "Some index key attributes are not defined in AttributeDefinitions. Keys: " + names_of(keys) +
                      ", AttributeDefinitions: " + names_of(definitions));
  }
  if (keys.size() == 2 && keys[0].name == keys[1].name) {
    refuse_validation("Both the Hash Key and the Range Key element in the KeySchema have the same name");
  }
  if (keys[0].kind != "HASH") {
    refuse_validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  if (keys.size() == 2 && keys[1].kind != "RANGE") {
    refuse_validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  if (keys.size() != definitions.size()) {
    refuse_validation(std::string(kInvalid) +
                      "Number of attributes in KeySchema does not exactly match number of attributes defined in "
                      "AttributeDefinitions");
  }
}

void refuse_unsupported(json::object& body) {
  for (const std::string_view parameter : {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"}) {
    if (find_member(body, parameter) != nullptr) {
      refuse_validation(std::string(parameter) +
                        " is not supported by this local server: only the table's own key can be queried. Remove it, "
                        "or use Amazon DynamoDB");
    }
  }
  json::object* stream = find_map(body, "StreamSpecification", "StreamSpecification");
  if (stream != nullptr && find_bool(*stream, "StreamEnabled").value_or(false)) {
    refuse_validation("StreamSpecification is not supported by this local server. Remove it, or use Amazon DynamoDB");
  }
}

void parse_throughput(json::object& body, TableDefinition& definition, Constraints& constraints) {
  json::object* throughput = find_map(body, "ProvisionedThroughput", "ProvisionedThroughput");
  if (throughput == nullptr) {
    return;
  }
  const auto write = find_integer(*throughput, "WriteCapacityUnits");
  const auto read = find_integer(*throughput, "ReadCapacityUnits");
  constraints.not_null(write.has_value(), "provisionedThroughput.writeCapacityUnits");
  constraints.at_least(write, "provisionedThroughput.writeCapacityUnits", 1);
  constraints.not_null(read.has_value(), "provisionedThroughput.readCapacityUnits");
  constraints.at_least(read, "provisionedThroughput.readCapacityUnits", 1);
  definition.read_units = read.value_or(0);
  definition.write_units = write.value_or(0);
}

void check_throughput(const TableDefinition& definition) {
  const bool given = definition.read_units != 0 || definition.write_units != 0;
  if (definition.on_demand) {
    if (given) {
      refuse_validation(std::string(kInvalid) +
                        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                        "PAY_PER_REQUEST");
    }
    return;
  }
  if (!given) {
    refuse_validation(
        std::string(kInvalid) +
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED");
  }
  if (definition.read_units > kUnitsMax) {
    refuse_validation("Given value " + std::to_string(definition.read_units) +
                      " for ReadCapacityUnits is out of bounds");
  }
  if (definition.write_units > kUnitsMax) {
    refuse_validation("Given value " + std::to_string(definition.write_units) +
                      " for WriteCapacityUnits is out of bounds");
  }
}

KeyAttribute key_attribute(const Element& key, const std::vector<Element>& definitions) {
  const std::string_view type = find_element(definitions, key.name)->kind;
  return {std::string(key.name), type_named(type).value_or(Type::kS)};
}

}  // namespace

TableDefinition parse_table_definition(json::object& body) {
  TableDefinition definition;
  Constraints constraints;
  const std::string_view name = require_table_name(body);
  const auto billing = find_string(body, "BillingMode");
  json::array* key_list = find_list(body, "KeySchema");
  json::array* definition_list = find_list(body, "AttributeDefinitions");
  constraints.not_null(definition_list != nullptr, "attributeDefinitions");
  const std::vector<Element> definitions = parse_elements(definition_list, "AttributeDefinition", "AttributeType",
                                                          "attributeDefinitions", {"B", "N", "S"}, constraints);
  constraints.table_name_characters(name);
  constraints.one_of(billing, "billingMode", {"PROVISIONED", "PAY_PER_REQUEST"});
  parse_throughput(body, definition, constraints);
  constraints.not_null(key_list != nullptr, "keySchema");
  const std::vector<Element> keys =
      parse_elements(key_list, "KeySchemaElement", "KeyType", "keySchema", {"HASH", "RANGE"}, constraints);
  if (key_list != nullptr) {
    constraints.length(keys.size(), names_of(keys), "keySchema", 1, 2);
  }
  constraints.enforce();
  refuse_unsupported(body);

  definition.on_demand = billing == "PAY_PER_REQUEST";
  check_throughput(definition);
  check_keys(keys, definitions);
  definition.table.name = std::string(name);
  definition.table.hash = key_attribute(keys[0], definitions);
  if (keys.size() == 2) {
    definition.table.range = key_attribute(keys[1], definitions);
  }
  return definition;
}

}  // namespace ekiden::local::dynamodb
