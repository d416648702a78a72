#include "operation.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace ekiden::local::dynamodb {
namespace {

constexpr std::size_t kWriteUnit = 1024;
constexpr std::size_t kReadUnit = 4096;

std::string units_text(std::int64_t half_units) {
  return std::to_string(half_units / 2) + (half_units % 2 == 0 ? ".0" : ".5");
}

}  // namespace

Capacity capacity_wanted(json::object& body) {
  const auto wanted = find_string(body, "ReturnConsumedCapacity").value_or("NONE");
  return wanted == "TOTAL" ? Capacity::kTotal : wanted == "INDEXES" ? Capacity::kIndexes : Capacity::kNone;
}

std::string capacity_json(Capacity wanted, std::string_view table, std::int64_t half_units) {
  const std::string units = units_text(half_units);
  AnswerBody capacity;
  capacity.text("TableName", table).add("CapacityUnits", units);
  if (wanted == Capacity::kIndexes) {
    capacity.add("Table", AnswerBody().add("CapacityUnits", units).take());
  }
  return capacity.take();
}

std::int64_t write_half_units(std::size_t bytes) {
  return 2 * static_cast<std::int64_t>(std::max<std::size_t>(1, (bytes + kWriteUnit - 1) / kWriteUnit));
}

std::int64_t read_half_units(std::size_t bytes, bool consistent) {
  return (consistent ? 2 : 1) *
         static_cast<std::int64_t>(std::max<std::size_t>(1, (bytes + kReadUnit - 1) / kReadUnit));
}

}  // namespace ekiden::local::dynamodb
