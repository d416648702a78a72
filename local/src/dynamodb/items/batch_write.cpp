#include <boost/json/serialize.hpp>

#include <algorithm>
#include <vector>

#include "batch.hpp"
#include "dynamodb/api/errors.hpp"
#include "dynamodb/api/request.hpp"
#include "dynamodb/rows/row_source.hpp"
#include "dynamodb/rows/write_path.hpp"
#include "dynamodb/tables/tables.hpp"

namespace ekiden::local::dynamodb {
namespace {

constexpr std::size_t kEntriesMax = 25;

struct Entry {
  std::size_t table = 0;  ///< Index in the order of the request.
  json::value* request = nullptr;
  Item* attributes = nullptr;
  bool put = false;
  bool refused = false;
  Key key;
  std::size_t size = 0;
};

/// Parses one WriteRequest.
Entry parse_entry(std::size_t table, json::value& value) {
  Entry entry;
  entry.table = table;
  entry.request = &value;
  json::object& request = structure_value(value, "WriteRequest");
  json::object* put = find_map(request, "PutRequest", "PutRequest");
  json::object* remove = find_map(request, "DeleteRequest", "DeleteRequest");
  if ((put == nullptr) == (remove == nullptr)) {
    refuse_validation(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
  }
  entry.put = put != nullptr;
  entry.attributes = entry.put ? find_map(*put, "Item") : find_map(*remove, "Key");
  Constraints constraints;
  constraints.not_null(entry.attributes != nullptr,
                       entry.put ? "requestItems.member.putRequest.item" : "requestItems.member.deleteRequest.key");
  constraints.enforce();
  entry.size = check_attributes(*entry.attributes);
  if (entry.put && entry.size > kItemSizeMax) {
    refuse_validation("Item size has exceeded the maximum allowed size");
  }
  return entry;
}

Key key_of_entry(const Table& table, const Entry& entry) {
  if (!entry.put) {
    return key_of_request(table, *entry.attributes);
  }
  // In a batch AWS has one message for all kinds of a wrong key.
  for (const KeyAttribute* key : {&table.hash, table.range ? &*table.range : &table.hash}) {
    const json::value* attribute = entry.attributes->if_contains(key->name);
    if (attribute == nullptr || type_of(*attribute) != key->type) {
      refuse_validation("The provided key element does not match the schema");
    }
  }
  return key_of_item(table, *entry.attributes);
}

std::vector<Entry> parse_entries(json::object& items) {
  std::vector<Entry> entries;
  std::size_t table = 0;
  for (auto& member : items) {
    Constraints constraints;
    constraints.table_name(std::string_view(member.key()), "requestItems.key");
    constraints.not_null(!member.value().is_null(), "requestItems.member");
    constraints.enforce();
    json::array& requests = list_value(member.value());
    if (requests.empty() || requests.size() > kEntriesMax) {
      refuse_validation(
          "1 validation error detected: Value '{" + std::string(member.key()) +
          "=[...]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must "
          "have length less than or equal to 25, Member must have length greater than or equal to 1]");
    }
    for (json::value& request : requests) {
      if (entries.size() == kEntriesMax) {
        refuse_validation("Too many items requested for the BatchWriteItem call");
      }
      entries.push_back(parse_entry(table, request));
    }
    ++table;
  }
  return entries;
}

void refuse_duplicates(const std::vector<Entry*>& sorted) {
  const auto same = [](const Entry* a, const Entry* b) { return a->table == b->table && a->key == b->key; };
  if (std::adjacent_find(sorted.begin(), sorted.end(), same) != sorted.end()) {
    refuse_validation("Provided list of item keys contains duplicates");
  }
}

/// UnprocessedItems, in the form of the request.
std::string unprocessed_json(const json::object& items, const std::vector<Entry>& entries) {
  AnswerBody tables;
  std::size_t table = 0;
  for (const auto& member : items) {
    std::string requests;
    for (const Entry& entry : entries) {
      if (entry.table == table && entry.refused) {
        requests += (requests.empty() ? "" : ",") + json::serialize(*entry.request);
      }
    }
    if (!requests.empty()) {
      tables.add(member.key(), "[" + requests + "]");
    }
    ++table;
  }
  return tables.take();
}

std::string capacities_json(Capacity wanted, const std::vector<Table>& tables, const std::vector<Entry>& entries) {
  std::string list;
  for (std::size_t table = 0; table < tables.size(); ++table) {
    std::int64_t units = 0;
    for (const Entry& entry : entries) {
      units += entry.table == table && !entry.refused ? write_half_units(entry.put ? entry.size : 0) : 0;
    }
    list += (list.empty() ? "" : ",") + capacity_json(wanted, tables[table].name, units);
  }
  return "[" + list + "]";
}

void write_entries(Session& session, const std::vector<Table>& tables, const std::vector<Entry*>& sorted) {
  if (std::ranges::any_of(sorted, [](const Entry* entry) { return entry->put && !entry->refused; })) {
    session.require_room();
  }
  WritePath writes(session.database, session.effects);
  for (const Entry* entry : sorted) {
    if (entry->refused) {
      continue;
    }
    const Table& table = tables[entry->table];
    OldItem old(TableRows(session.database, table), entry->key, {});
    writes.apply(table, entry->key, old, entry->put ? NewItem{entry->attributes, entry->size} : NewItem{});
  }
  writes.finish();
}

}  // namespace

JsonResponse batch_write_item(Session& session, json::object& body) {
  Constraints constraints;
  json::object* items = find_map(body, "RequestItems", "java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>");
  constraints.one_of(find_string(body, "ReturnConsumedCapacity"), "returnConsumedCapacity",
                     {"INDEXES", "TOTAL", "NONE"});
  constraints.one_of(find_string(body, "ReturnItemCollectionMetrics"), "returnItemCollectionMetrics", {"SIZE", "NONE"});
  constraints.not_null(items != nullptr, "requestItems");
  if (items != nullptr) {
    constraints.length(items->size(), "{}", "requestItems", 1, kEntriesMax);
  }
  constraints.enforce();

  std::vector<Entry> entries = parse_entries(*items);
  std::vector<Table> tables;
  for (const auto& member : *items) {
    tables.push_back(require_table(session.database, member.key()));
  }
  std::vector<Entry*> sorted;
  std::size_t refused = 0;
  for (Entry& entry : entries) {
    entry.key = key_of_entry(tables[entry.table], entry);
    sorted.push_back(&entry);
  }
  // Sorted by key, so that neighbours in the tree are written together and duplicates are found.
  std::sort(sorted.begin(), sorted.end(), [](const Entry* a, const Entry* b) {
    return a->table != b->table ? a->table < b->table : a->key < b->key;
  });
  refuse_duplicates(sorted);
  for (Entry& entry : entries) {
    entry.refused = session.refuse_entry && session.refuse_entry();
    refused += entry.refused ? 1 : 0;
  }
  if (refused == entries.size()) {
    refuse_throughput();
  }
  write_entries(session, tables, sorted);

  AnswerBody answer;
  answer.add("UnprocessedItems", refused == 0 ? "{}" : unprocessed_json(*items, entries));
  if (const Capacity capacity = capacity_wanted(body); capacity != Capacity::kNone) {
    answer.add("ConsumedCapacity", capacities_json(capacity, tables, entries));
  }
  return {200, answer.take()};
}

}  // namespace ekiden::local::dynamodb
