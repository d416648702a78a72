#include <ekiden/aws/dynamodb/client.hpp>
#include <ekiden/aws/dynamodb/value_json.hpp>
#include <ekiden/base/assert.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

#include "answer/decode.hpp"
#include "decode.hpp"

namespace ekiden::aws::dynamodb {
namespace {

using aws::answer::decode;
using base::JsonReader;
using base::JsonWriter;

constexpr aws::ServiceSpec kService{"dynamodb", "DynamoDB_20120810.", aws::kDynamoDbRetries, false, true};
constexpr std::size_t kItemTextReserve = 512;
constexpr unsigned kBatchGetRoundsMax = 10;  // About 13 s on average, with the waits between them.

aws::Call make_call(std::string_view operation, const std::string& table, JsonWriter json, aws::CallOptions options) {
  aws::Call call;
  call.operation = operation;
  call.resource = table;
  call.body = json.take();
  call.options = options;
  return call;
}

JsonWriter table_request(const std::string& table) {
  JsonWriter json;
  json.begin_object().field("TableName", table);
  return json;
}

void write_expression(JsonWriter& json, std::string_view member, const Expression& expression) {
  if (!expression.text.empty()) {
    json.field(member, expression.text);
  }
  if (!expression.names.empty()) {
    json.key("ExpressionAttributeNames").begin_object();
    for (const auto& [placeholder, name] : expression.names) {
      json.field(placeholder, name);
    }
    json.end_object();
  }
  if (!expression.values.empty()) {
    json.key("ExpressionAttributeValues");
    write(json, expression.values);
  }
}

void write_page_request(JsonWriter& json, const std::optional<int>& limit, const Item& start_key) {
  if (limit) {
    json.field("Limit", std::int64_t{*limit});
  }
  if (!start_key.empty()) {
    json.key("ExclusiveStartKey");
    write(json, start_key);
  }
}

std::string batch_get_body(const std::string& table, std::span<const Item> keys) {
  JsonWriter json;
  json.begin_object().key("RequestItems").begin_object().key(table).begin_object();
  json.field("ConsistentRead", true).key("Keys").begin_array();
  for (const Item& key : keys) {
    write(json, key);
  }
  json.end_array().end_object().end_object().end_object();
  return json.take();
}

}  // namespace

DynamoDbClient::DynamoDbClient(runtime::Env env, http::Transport& transport,
                               std::shared_ptr<aws::CredentialsProvider> credentials, const aws::Target& target)
    : client_(env, transport, std::move(credentials), kService, target.dynamodb.url, target) {}

Task<TableDescription> DynamoDbClient::create_table(const std::string& table, const std::vector<KeyAttribute>& key) {
  EKIDEN_ASSERT(key.size() == 1 || key.size() == 2);
  JsonWriter json = table_request(table);
  json.field("BillingMode", "PAY_PER_REQUEST").key("AttributeDefinitions").begin_array();
  for (const KeyAttribute& attribute : key) {
    json.begin_object().field("AttributeName", attribute.name).field("AttributeType", attribute.type).end_object();
  }
  json.end_array().key("KeySchema").begin_array();
  for (std::size_t i = 0; i < key.size(); ++i) {
    json.begin_object().field("AttributeName", key[i].name).field("KeyType", i == 0 ? "HASH" : "RANGE").end_object();
  }
  json.end_array().end_object();
  return finish_table(make_call("CreateTable", table, std::move(json), {}), "TableDescription");
}

Task<TableDescription> DynamoDbClient::describe_table(const std::string& table, CallOptions options) {
  JsonWriter json = table_request(table);
  json.end_object();
  return finish_table(make_call("DescribeTable", table, std::move(json), options), "Table");
}

Task<> DynamoDbClient::delete_table(const std::string& table) {
  JsonWriter json = table_request(table);
  json.end_object();
  return finish(make_call("DeleteTable", table, std::move(json), {}));
}

Task<std::vector<std::string>> DynamoDbClient::list_tables() {
  JsonWriter json;
  json.begin_object().end_object();
  return finish_list(make_call("ListTables", "", std::move(json), {}));
}

Task<bool> DynamoDbClient::put_item(const std::string& table, const Item& item, const Expression& condition,
                                    CallOptions options) {
  JsonWriter json = table_request(table);
  json.key("Item");
  write(json, item);
  write_expression(json, "ConditionExpression", condition);
  json.end_object();
  aws::Call call = make_call("PutItem", table, std::move(json), options);
  call.expected = "ConditionalCheckFailedException";
  return finish_put(std::move(call));
}

Task<std::optional<Item>> DynamoDbClient::get_item(const std::string& table, const Item& key) {
  JsonWriter json = table_request(table);
  json.field("ConsistentRead", true).key("Key");
  write(json, key);
  json.end_object();
  return finish_item(make_call("GetItem", table, std::move(json), {}), "Item");
}

Task<> DynamoDbClient::delete_item(const std::string& table, const Item& key) {
  JsonWriter json = table_request(table);
  json.key("Key");
  write(json, key);
  json.end_object();
  return finish(make_call("DeleteItem", table, std::move(json), {}));
}

Task<Item> DynamoDbClient::update_item(const std::string& table, const Item& key, const Expression& update) {
  JsonWriter json = table_request(table);
  json.field("ReturnValues", "ALL_NEW").key("Key");
  write(json, key);
  write_expression(json, "UpdateExpression", update);
  json.end_object();
  return finish_update(make_call("UpdateItem", table, std::move(json), {}));
}

Task<std::vector<std::size_t>> DynamoDbClient::batch_put(const std::string& table, std::span<const Item* const> items,
                                                         CallOptions options) {
  EKIDEN_ASSERT(!items.empty() && items.size() <= kBatchWriteMax);
  JsonWriter json(kItemTextReserve * items.size());
  json.begin_object().key("RequestItems").begin_object().key(table).begin_array();
  for (const Item* const item : items) {
    json.begin_object().key("PutRequest").begin_object().key("Item");
    write(json, *item);
    json.end_object().end_object();
  }
  json.end_array().end_object().end_object();
  return finish_batch_put(make_call("BatchWriteItem", table, std::move(json), options), items.size());
}

Task<std::vector<Item>> DynamoDbClient::batch_get(const std::string& table, std::span<const Item> keys) {
  EKIDEN_ASSERT(!keys.empty() && keys.size() <= kBatchGetMax);
  aws::Call call;
  call.operation = "BatchGetItem";
  call.resource = table;
  call.body = batch_get_body(table, keys);
  return finish_batch_get(std::move(call));
}

Task<Page> DynamoDbClient::query(const QueryRequest& request) {
  JsonWriter json = table_request(request.table);
  json.field("ConsistentRead", true).field("ScanIndexForward", request.forward);
  write_expression(json, "KeyConditionExpression", request.condition);
  if (request.filter) {
    json.field("FilterExpression", *request.filter);
  }
  write_page_request(json, request.limit, request.start_key);
  json.end_object();
  return finish_page(make_call("Query", request.table, std::move(json), {}), true);
}

Task<Page> DynamoDbClient::scan(const ScanRequest& request) {
  JsonWriter json = table_request(request.table);
  json.field("ConsistentRead", true);
  if (request.count_only) {
    json.field("Select", "COUNT");
  }
  write_page_request(json, request.limit, request.start_key);
  json.end_object();
  return finish_page(make_call("Scan", request.table, std::move(json), {}), !request.count_only);
}

Task<> DynamoDbClient::finish(aws::Call call) {
  const aws::CallAnswer answer = co_await client_.call(std::move(call));
  client_.read(answer);  // An answer of another program proves nothing.
}

Task<TableDescription> DynamoDbClient::finish_table(aws::Call call, std::string member) {
  const aws::CallAnswer answer = co_await client_.call(std::move(call));
  co_return decode(client_, answer, [&member](JsonReader root) { return codec::read_table(root, member); });
}

Task<bool> DynamoDbClient::finish_put(aws::Call call) {
  const aws::CallAnswer answer = co_await client_.call(std::move(call));
  if (!answer.code.empty()) {
    co_return false;
  }
  client_.read(answer);
  co_return true;
}

Task<std::vector<std::string>> DynamoDbClient::finish_list(aws::Call call) {
  const aws::CallAnswer answer = co_await client_.call(std::move(call));
  co_return decode(client_, answer, codec::read_table_names);
}

Task<std::optional<Item>> DynamoDbClient::finish_item(aws::Call call, std::string member) {
  const aws::CallAnswer answer = co_await client_.call(std::move(call));
  co_return decode(client_, answer, [&member](JsonReader root) {
    const auto item = root.find(member);
    return item ? std::optional<Item>(read_item(*item)) : std::nullopt;
  });
}

Task<Item> DynamoDbClient::finish_update(aws::Call call) {
  std::optional<Item> item = co_await finish_item(std::move(call), "Attributes");
  co_return item ? std::move(*item) : Item{};
}

Task<std::vector<std::size_t>> DynamoDbClient::finish_batch_put(aws::Call call, std::size_t items) {
  const aws::CallAnswer answer = co_await client_.call(std::move(call));
  co_return decode(client_, answer, [&answer, items](JsonReader root) {
    return codec::read_unprocessed(root, answer.request, answer.resource, items);
  });
}

Task<std::vector<Item>> DynamoDbClient::finish_batch_get(aws::Call call) {
  std::vector<Item> items;
  for (unsigned round = 0; round < kBatchGetRoundsMax; ++round) {
    const aws::CallAnswer answer = co_await client_.call(call);
    codec::BatchGetReply reply =
        decode(client_, answer, [&answer](JsonReader root) { return codec::read_batch_get(root, answer.resource); });
    std::ranges::move(reply.items, std::back_inserter(items));
    if (reply.unprocessed_keys.empty()) {
      co_return items;
    }
    call.body = batch_get_body(call.resource, reply.unprocessed_keys);
    const runtime::Env env = client_.env();
    const runtime::Duration delay =
        aws::kDynamoDbRetries.delay(aws::ErrorClass::kTransient, round, env.random.uniform());
    co_await env.clock.sleep_for(delay);
  }
  aws::Error::Facts facts;
  facts.operation = aws::operation_name(kService, call.operation);
  facts.resource = call.resource;
  facts.code = "ProvisionedThroughputExceededException";
  facts.message = "DynamoDB left some keys unprocessed";
  facts.retryable = true;
  facts.throttling = true;
  facts.attempts = kBatchGetRoundsMax;
  throw aws::Error(std::move(facts));
}

Task<Page> DynamoDbClient::finish_page(aws::Call call, bool has_items) {
  const aws::CallAnswer answer = co_await client_.call(std::move(call));
  co_return decode(client_, answer, [has_items](JsonReader root) { return codec::read_page(root, has_items); });
}

}  // namespace ekiden::aws::dynamodb
