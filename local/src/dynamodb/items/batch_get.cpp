#include <boost/json/serialize.hpp>

#include <algorithm>
#include <optional>
#include <vector>

#include "batch.hpp"
#include "dynamodb/api/errors.hpp"
#include "dynamodb/api/request.hpp"
#include "dynamodb/expressions/projection.hpp"
#include "dynamodb/rows/row_source.hpp"
#include "dynamodb/tables/tables.hpp"

namespace ekiden::local::dynamodb {
namespace {

constexpr std::size_t kKeysMax = 100;
constexpr std::size_t kAnswerSizeMax = 16 * 1024 * 1024;

/// The part of the request for one table.
struct Part {
  std::string_view name;
  json::object* request = nullptr;
  json::array* keys = nullptr;
  bool consistent = false;
  std::optional<Projection> projection = {};
  Table table = {};
  std::vector<Key> encoded = {};
  std::string items = {};
  std::string unprocessed = {};
  std::int64_t half_units = 0;
};

Part parse_part(std::string_view name, json::value& value) {
  Part part{name, &structure_value(value, "KeysAndAttributes")};
  part.keys = find_list(*part.request, "Keys");
  Constraints constraints;
  constraints.table_name(name, "requestItems.key");
  constraints.not_null(part.keys != nullptr, "requestItems." + std::string(name) + ".member.keys");
  if (part.keys != nullptr) {
    constraints.length(part.keys->size(), "[...]", "requestItems." + std::string(name) + ".member.keys", 1, kKeysMax);
  }
  constraints.enforce();
  part.consistent = find_bool(*part.request, "ConsistentRead").value_or(false);
  refuse_legacy(*part.request, {"AttributesToGet"});
  Placeholders placeholders(*part.request, {"ProjectionExpression"});
  if (const auto expression = find_string(*part.request, "ProjectionExpression")) {
    part.projection = Projection::parse(*expression, placeholders);
  }
  placeholders.refuse_unused();
  for (json::value& key : *part.keys) {
    check_attributes(map_value(key, "AttributeValue"));
  }
  return part;
}

void encode_keys(Part& part) {
  for (const json::value& key : *part.keys) {
    part.encoded.push_back(key_of_request(part.table, key.get_object()));
  }
  std::vector<Key> sorted = part.encoded;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
    refuse_validation("Provided list of item keys contains duplicates");
  }
}

class Reading {
 public:
  explicit Reading(Session& session) : session_(session) {}

  void read(Part& part) {
    const TableRows rows(session_.database, part.table);
    for (std::size_t i = 0; i < part.encoded.size(); ++i) {
      if (size_ >= kAnswerSizeMax || (session_.refuse_entry && session_.refuse_entry())) {
        part.unprocessed += (part.unprocessed.empty() ? "" : ",") + json::serialize((*part.keys)[i]);
        continue;
      }
      ++processed_;
      const std::optional<StoredItem> stored = rows.find(part.encoded[i]);
      if (stored) {
        add(part, stored->json);
      }
      part.half_units += stored ? 0 : read_half_units(0, part.consistent);
    }
  }

  bool any() const { return processed_ != 0; }

 private:
  void add(Part& part, const std::string& stored) {
    part.items += part.items.empty() ? "" : ",";
    size_ += stored.size();
    part.half_units += read_half_units(stored.size(), part.consistent);
    if (part.projection) {
      part.items += json::serialize(part.projection->apply(parse_item(stored, {})));
    } else {
      part.items += stored;
    }
  }

  Session& session_;
  std::size_t size_ = 0;
  std::size_t processed_ = 0;
};

/// The part of the request with only the unread keys.
std::string unprocessed_json(const Part& part) {
  AnswerBody request;
  for (const auto& member : *part.request) {
    request.add(member.key(), member.key() == "Keys" ? "[" + part.unprocessed + "]" : json::serialize(member.value()));
  }
  return request.take();
}

}  // namespace

JsonResponse batch_get_item(Session& session, json::object& body) {
  Constraints constraints;
  json::object* items = find_map(body, "RequestItems", "KeysAndAttributes");
  constraints.one_of(find_string(body, "ReturnConsumedCapacity"), "returnConsumedCapacity",
                     {"INDEXES", "TOTAL", "NONE"});
  constraints.not_null(items != nullptr, "requestItems");
  if (items != nullptr) {
    constraints.length(items->size(), "{}", "requestItems", 1, kKeysMax);
  }
  constraints.enforce();

  std::vector<Part> parts;
  std::size_t keys = 0;
  for (auto& member : *items) {
    parts.push_back(parse_part(member.key(), member.value()));
    keys += parts.back().keys->size();
    if (keys > kKeysMax) {
      refuse_validation("Too many items requested for the BatchGetItem call");
    }
  }
  for (Part& part : parts) {
    part.table = require_table(session.database, part.name);
    encode_keys(part);
  }
  Reading reading(session);
  for (Part& part : parts) {
    reading.read(part);
  }
  if (!reading.any()) {
    refuse_throughput();
  }
  AnswerBody responses;
  AnswerBody unprocessed;
  std::string capacities;
  const Capacity capacity = capacity_wanted(body);
  for (const Part& part : parts) {
    responses.add(part.name, "[" + part.items + "]");
    if (!part.unprocessed.empty()) {
      unprocessed.add(part.name, unprocessed_json(part));
    }
    if (capacity != Capacity::kNone) {
      capacities += (capacities.empty() ? "" : ",") + capacity_json(capacity, part.table.name, part.half_units);
    }
  }
  AnswerBody answer;
  answer.add("Responses", responses.take()).add("UnprocessedKeys", unprocessed.take());
  if (capacity != Capacity::kNone) {
    answer.add("ConsumedCapacity", "[" + capacities + "]");
  }
  return {200, answer.take()};
}

}  // namespace ekiden::local::dynamodb
