#include "dynamodb.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include <array>
#include <string>

#include "dynamodb/api/errors.hpp"
#include "dynamodb/items/batch.hpp"
#include "dynamodb/items/items.hpp"
#include "dynamodb/items/query.hpp"
#include "dynamodb/tables/tables.hpp"
#include "dynamodb/values/attribute_value.hpp"

namespace ekiden::local::dynamodb {
namespace {

// Two levels of JSON for each level of an attribute, and the levels around the attributes of a BatchWriteItem.
constexpr std::size_t kJsonDepthMax = 2 * static_cast<std::size_t>(kNestingMax + 1) + 8;

struct Named {
  std::string_view name;
  OperationFunction operation;
};
constexpr std::array kOperations{
    Named{"BatchWriteItem", batch_write_item},
    Named{"PutItem", put_item},
    Named{"UpdateItem", update_item},
    Named{"GetItem", get_item},
    Named{"DeleteItem", delete_item},
    Named{"BatchGetItem", batch_get_item},
    Named{"Query", query},
    Named{"Scan", scan},
    Named{"DescribeTable", describe_table},
    Named{"CreateTable", create_table},
    Named{"DeleteTable", delete_table},
    Named{"ListTables", list_tables},
    Named{"DescribeTimeToLive", describe_time_to_live},
    Named{"UpdateTimeToLive", update_time_to_live},
};

OperationFunction find_operation(std::string_view name) {
  for (const Named& named : kOperations) {
    if (named.name == name) {
      return named.operation;
    }
  }
  refuse_unknown_operation();
}

json::object& parse_body(std::string_view text, json::value& storage) {
  json::parse_options options;
  options.max_depth = kJsonDepthMax;
  boost::system::error_code error;
  storage = json::parse(text, error, storage.storage(), options);
  if (error == json::error::too_deep) {
    refuse_validation("Nesting Levels have exceeded supported limits");
  }
  if (error || !storage.is_object()) {
    refuse_serialization({});
  }
  return storage.get_object();
}

}  // namespace

JsonResponse execute(Session& session, std::string_view operation_name, std::string_view body) {
  // Enough for a BatchWriteItem of 25 small items.
  std::array<unsigned char, 64 * 1024> buffer;
  json::monotonic_resource resource(buffer.data(), buffer.size());
  try {
    const OperationFunction operation = find_operation(operation_name);
    json::value document(&resource);
    return operation(session, parse_body(body, document));
  } catch (const DynamoDbRefusal& refusal) {
    return {400, error_body(refusal)};
  }
}

}  // namespace ekiden::local::dynamodb
