#include "tables.hpp"

#include <ekiden/base/json/writer.hpp>

#include <chrono>

#include "dynamodb/api/errors.hpp"
#include "dynamodb/api/request.hpp"
#include "dynamodb/rows/row_writer.hpp"
#include "table_definition.hpp"

namespace ekiden::local::dynamodb {
namespace {

constexpr std::int64_t kListMax = 100;
// AWS accounts have twelve digits; a local server has only this one.
constexpr std::string_view kAccount = "000000000000";

/// A row of dynamodb_tables.
struct Record {
  TableDefinition definition;
  std::int64_t created_ms = 0;
  std::string uuid;
  std::optional<std::string> ttl_attribute;
  std::int64_t items = 0;
  std::int64_t bytes = 0;
};

Type key_type(std::string_view name) { return type_named(name).value_or(Type::kS); }

/// From the first columns: id, name, hash_name, hash_type, range_name, range_type.
Table read_table(const Statement& row) {
  Table table;
  table.id = row.integer(0);
  table.name = row.text(1);
  table.hash = {std::string(row.text(2)), key_type(row.text(3))};
  if (!row.is_null(4)) {
    table.range = KeyAttribute{std::string(row.text(4)), key_type(row.text(5))};
  }
  return table;
}

std::optional<Record> find_record(Database& database, std::string_view name) {
  Statement select = database.prepare(
      "SELECT id, name, hash_name, hash_type, range_name, range_type, on_demand, read_units, write_units, created_ms, "
      "uuid, ttl_attribute, items, bytes FROM dynamodb_tables JOIN dynamodb_counts ON table_id = id WHERE name = ?");
  select.bind(1, name);
  if (!select.step()) {
    return std::nullopt;
  }
  Record record;
  record.definition.table = read_table(select);
  record.definition.on_demand = select.integer(6) != 0;
  record.definition.read_units = select.integer(7);
  record.definition.write_units = select.integer(8);
  record.created_ms = select.integer(9);
  record.uuid = select.text(10);
  if (!select.is_null(11)) {
    record.ttl_attribute = std::string(select.text(11));
  }
  record.items = select.integer(12);
  record.bytes = select.integer(13);
  return record;
}

Record require_record(Database& database, std::string_view name) {
  std::optional<Record> record = find_record(database, table_name_of(name));
  if (!record) {
    refuse_not_found("Requested resource not found: Table: " + std::string(table_name_of(name)) + " not found");
  }
  return std::move(*record);
}

/// Seconds with milliseconds, AWS's format of times in JSON.
std::string seconds_text(std::int64_t ms) {
  const std::string fraction = std::to_string(1000 + ms % 1000);
  return std::to_string(ms / 1000) + "." + fraction.substr(1);
}

void write_key_schema(base::JsonWriter& out, const Table& table) {
  out.key("KeySchema").begin_array();
  out.begin_object().field("AttributeName", table.hash.name).field("KeyType", "HASH").end_object();
  if (table.range) {
    out.begin_object().field("AttributeName", table.range->name).field("KeyType", "RANGE").end_object();
  }
  out.end_array();
}

void write_definition(base::JsonWriter& out, const KeyAttribute& key) {
  out.begin_object().field("AttributeName", key.name).field("AttributeType", type_name(key.type)).end_object();
}

std::string description_json(const Session& session, const Record& record, std::string_view status) {
  const Table& table = record.definition.table;
  const std::string created = seconds_text(record.created_ms);
  base::JsonWriter out;
  out.begin_object().key("AttributeDefinitions").begin_array();
  write_definition(out, table.hash);
  if (table.range) {
    write_definition(out, *table.range);
  }
  out.end_array().field("TableName", table.name);
  write_key_schema(out, table);
  out.field("TableStatus", status).key("CreationDateTime").raw(created);
  out.key("ProvisionedThroughput").begin_object().key("NumberOfDecreasesToday").integer(0);
  out.field("ReadCapacityUnits", record.definition.read_units);
  out.field("WriteCapacityUnits", record.definition.write_units).end_object();
  out.field("TableSizeBytes", record.bytes).field("ItemCount", record.items);
  out.field("TableArn", "arn:aws:dynamodb:" + session.region + ":" + std::string(kAccount) + ":table/" + table.name);
  out.field("TableId", record.uuid);
  if (record.definition.on_demand) {
    out.key("BillingModeSummary").begin_object().field("BillingMode", "PAY_PER_REQUEST");
    out.key("LastUpdateToPayPerRequestDateTime").raw(created).end_object();
  }
  return out.field("DeletionProtectionEnabled", false).end_object().take();
}

std::string_view checked_table_name(json::object& body) {
  const std::string_view name = require_table_name(body);
  Constraints constraints;
  constraints.table_name_characters(name);
  constraints.enforce();
  return name;
}

void insert(Session& session, Record& record) {
  const TableDefinition& definition = record.definition;
  const Table& table = definition.table;
  Statement statement = session.database.prepare(
      "INSERT INTO dynamodb_tables(name, hash_name, hash_type, range_name, range_type, on_demand, read_units, "
      "write_units, created_ms, uuid) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  statement.bind(1, table.name).bind(2, table.hash.name).bind(3, type_name(table.hash.type));
  if (table.range) {
    statement.bind(4, table.range->name).bind(5, type_name(table.range->type));
  } else {
    statement.bind_null(4).bind_null(5);
  }
  statement.bind(6, definition.on_demand ? 1 : 0)
      .bind(7, definition.read_units)
      .bind(8, definition.write_units)
      .bind(9, record.created_ms)
      .bind(10, record.uuid)
      .run();
  session.database.prepare("INSERT INTO dynamodb_counts(table_id, items, bytes) VALUES(?, 0, 0)")
      .bind(1, session.database.last_insert_rowid())
      .run();
}

}  // namespace

Table require_table(Database& database, std::string_view name) {
  // Every operation on items calls it, so it reads only what they need.
  Statement select = database.prepare(
      "SELECT id, name, hash_name, hash_type, range_name, range_type FROM dynamodb_tables WHERE name = ?");
  select.bind(1, table_name_of(name));
  if (!select.step()) {
    refuse_not_found("Requested resource not found");
  }
  return read_table(select);
}

JsonResponse create_table(Session& session, json::object& body) {
  Record record;
  record.definition = parse_table_definition(body);
  if (find_record(session.database, record.definition.table.name)) {
    refuse_in_use("Table already exists: " + record.definition.table.name);
  }
  session.require_room();
  record.created_ms = session.shown_ms(session.now_ms());
  record.uuid = session.random.uuid();
  insert(session, record);
  return {200, AnswerBody().add("TableDescription", description_json(session, record, "CREATING")).take()};
}

JsonResponse describe_table(Session& session, json::object& body) {
  const Record record = require_record(session.database, checked_table_name(body));
  return {200, AnswerBody().add("Table", description_json(session, record, "ACTIVE")).take()};
}

JsonResponse list_tables(Session& session, json::object& body) {
  Constraints constraints;
  const auto limit = find_integer(body, "Limit");
  const auto start = find_string(body, "ExclusiveStartTableName");
  if (start) {
    constraints.table_name(start, "exclusiveStartTableName");
  }
  constraints.at_least(limit, "limit", 1);
  constraints.at_most(limit, "limit", kListMax);
  constraints.enforce();

  const std::int64_t most = limit.value_or(kListMax);
  Statement select = session.database.prepare("SELECT name FROM dynamodb_tables WHERE name > ? ORDER BY name LIMIT ?");
  select.bind(1, start.value_or("")).bind(2, most + 1);
  base::JsonWriter answer;
  answer.begin_object().key("TableNames").begin_array();
  std::string last;
  std::int64_t count = 0;
  bool more = select.step();
  for (; more && count < most; more = select.step()) {
    last = select.text(0);
    answer.string(last);
    ++count;
  }
  answer.end_array();
  if (more) {
    answer.field("LastEvaluatedTableName", last);
  }
  return {200, answer.end_object().take()};
}

JsonResponse delete_table(Session& session, json::object& body) {
  const Record record = require_record(session.database, checked_table_name(body));
  const std::int64_t id = record.definition.table.id;
  abandon_rows(session, id);
  for (const std::string_view sql :
       {"DELETE FROM dynamodb_counts WHERE table_id = ?", "DELETE FROM dynamodb_tables WHERE id = ?"}) {
    session.database.prepare(sql).bind(1, id).run();
  }
  return {200, AnswerBody().add("TableDescription", description_json(session, record, "DELETING")).take()};
}

JsonResponse update_time_to_live(Session& session, json::object& body) {
  json::object* specification = find_map(body, "TimeToLiveSpecification", "TimeToLiveSpecification");
  const auto enabled = specification == nullptr ? std::nullopt : find_bool(*specification, "Enabled");
  const auto attribute = specification == nullptr ? std::nullopt : find_string(*specification, "AttributeName");
  Constraints constraints;
  const auto name = find_string(body, "TableName");
  constraints.table_name(name);
  constraints.not_null(specification != nullptr, "timeToLiveSpecification");
  if (specification != nullptr) {
    constraints.not_null(enabled.has_value(), "timeToLiveSpecification.enabled");
    constraints.not_null(attribute.has_value(), "timeToLiveSpecification.attributeName");
  }
  if (attribute) {
    constraints.length(attribute->size(), *attribute, "timeToLiveSpecification.attributeName", 1, 255);
  }
  constraints.enforce();

  const Record record = require_record(session.database, *name);
  if (*enabled == record.ttl_attribute.has_value()) {
    refuse_validation(*enabled ? "TimeToLive is already enabled" : "TimeToLive is already disabled");
  }
  Statement update = session.database.prepare("UPDATE dynamodb_tables SET ttl_attribute = ? WHERE id = ?");
  if (*enabled) {
    update.bind(1, *attribute);
  } else {
    update.bind_null(1);
  }
  update.bind(2, record.definition.table.id).run();
  const std::string echo =
      AnswerBody().add("Enabled", *enabled ? "true" : "false").text("AttributeName", *attribute).take();
  return {200, AnswerBody().add("TimeToLiveSpecification", echo).take()};
}

JsonResponse describe_time_to_live(Session& session, json::object& body) {
  const Record record = require_record(session.database, checked_table_name(body));
  AnswerBody description;
  description.text("TimeToLiveStatus", record.ttl_attribute ? "ENABLED" : "DISABLED");
  if (record.ttl_attribute) {
    description.text("AttributeName", *record.ttl_attribute);
  }
  return {200, AnswerBody().add("TimeToLiveDescription", description.take()).take()};
}

}  // namespace ekiden::local::dynamodb
