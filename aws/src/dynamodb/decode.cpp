#include "decode.hpp"

#include <ekiden/aws/dynamodb/value_json.hpp>

#include <algorithm>
#include <numeric>

#include "answer/members.hpp"
#include "unprocessed.hpp"

namespace ekiden::aws::dynamodb {

std::vector<std::string> TableDescription::key_attributes() const {
  std::vector<std::string> names;
  for (const KeyAttribute& attribute : key) {
    names.push_back(attribute.name);
  }
  return names;
}

namespace codec {
namespace {

using base::JsonReader;

// The name of the key attribute with that role, HASH or RANGE; empty if there is none.
std::string key_name(JsonReader schema, std::string_view role) {
  std::string name;
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const JsonReader part = answer::expect_object(schema.element(i), "KeySchema");
    if (answer::text(part, "KeyType") == role) {
      if (!name.empty()) {
        throw aws::FormError("KeySchema has two attributes of the type " + std::string(role));
      }
      name = answer::text(part, "AttributeName");
    }
  }
  return name;
}

std::string key_type(JsonReader definitions, const std::string& name) {
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    const JsonReader definition = answer::expect_object(definitions.element(i), "AttributeDefinitions");
    if (answer::text(definition, "AttributeName") == name) {
      const std::string_view type = answer::text(definition, "AttributeType");
      if (type == "S" || type == "N" || type == "B") {
        return std::string(type);
      }
    }
  }
  throw aws::FormError("AttributeDefinitions does not give the type of a key attribute");
}

// The items of the put requests in {"<table>":[{"PutRequest":{"Item":{...}}}]}.
std::vector<Item> read_puts(JsonReader tables, const std::string& table) {
  std::vector<Item> items;
  const auto entries = answer::optional_array(tables, table);
  if (tables.size() != (entries ? 1U : 0U)) {
    throw aws::FormError("UnprocessedItems does not have the form {table: list of requests}");
  }
  for (std::size_t i = 0; entries && i < entries->size(); ++i) {
    const auto put = entries->element(i).find("PutRequest");
    const auto item = put ? put->find("Item") : std::nullopt;
    if (!item) {
      throw aws::FormError("an unprocessed write is not a put");
    }
    items.push_back(read_item(*item));
  }
  return items;
}

std::vector<Item> read_items(const std::optional<JsonReader>& list) {
  std::vector<Item> items;
  for (std::size_t i = 0; list && i < list->size(); ++i) {
    items.push_back(read_item(list->element(i)));
  }
  return items;
}

}  // namespace

TableDescription read_table(JsonReader root, std::string_view member) {
  const JsonReader json = answer::object(root, member);
  TableDescription table;
  table.name = json.text("TableName");
  table.status = answer::text(json, "TableStatus");
  table.arn = json.text("TableArn");
  if (const auto count = json.find("ItemCount")) {
    table.item_count = count->integer().value_or(0);
  }
  const JsonReader schema = answer::array(json, "KeySchema");
  const JsonReader definitions = answer::array(json, "AttributeDefinitions");
  for (const std::string_view role : {"HASH", "RANGE"}) {
    if (std::string name = key_name(schema, role); !name.empty()) {
      std::string type = key_type(definitions, name);
      table.key.push_back({std::move(name), std::move(type)});
    } else if (role == "HASH") {
      throw aws::FormError("KeySchema has no attribute of the type HASH");
    }
  }
  return table;
}

std::vector<std::string> read_table_names(JsonReader root) {
  const JsonReader list = answer::array(root, "TableNames");
  std::vector<std::string> names;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::optional<std::string_view> name = list.element(i).string();
    if (!name) {
      throw aws::FormError("an element of TableNames is not a string");
    }
    names.emplace_back(*name);
  }
  return names;
}

std::vector<std::size_t> read_unprocessed(JsonReader root, const std::string& request, const std::string& table,
                                          std::size_t items) {
  // Required: the messages of the items are deleted next, and DynamoDB always sends it.
  const std::vector<Item> returned = read_puts(answer::object(root, "UnprocessedItems"), table);
  if (returned.empty()) {
    return {};
  }
  // There are rarely any, so the request is parsed only then.
  base::JsonDocument sent;
  if (sent.parse(request)) {
    std::vector<std::size_t> all(items);
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
  }
  return unprocessed_positions(read_puts(answer::object(sent.root(), "RequestItems"), table), returned);
}

BatchGetReply read_batch_get(JsonReader root, const std::string& table) {
  BatchGetReply reply;
  reply.items = read_items(answer::optional_array(answer::object(root, "Responses"), table));
  const auto left = answer::optional_object(root, "UnprocessedKeys");
  const auto keys = left ? answer::optional_object(*left, table) : std::nullopt;
  if (keys) {
    reply.unprocessed_keys = read_items(answer::array(*keys, "Keys"));
  }
  return reply;
}

Page read_page(JsonReader root, bool has_items) {
  Page page;
  page.items = read_items(has_items ? answer::array(root, "Items") : answer::optional_array(root, "Items"));
  const auto count = root.find("Count");
  const std::optional<std::int64_t> number = count ? count->integer() : std::nullopt;
  if (!number) {
    throw aws::FormError("the answer has no Count");
  }
  page.count = *number;
  if (const auto last = root.find("LastEvaluatedKey")) {
    page.last_key = read_item(*last);
  }
  return page;
}

}  // namespace codec
}  // namespace ekiden::aws::dynamodb
