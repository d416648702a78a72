/// TableDefinition: what a CreateTable asks for.
#pragma once

#include <cstdint>

#include "dynamodb/api/request.hpp"
#include "dynamodb/values/table.hpp"

namespace ekiden::local::dynamodb {

struct TableDefinition {
  Table table;  ///< Without id.
  bool on_demand = false;
  std::int64_t read_units = 0;
  std::int64_t write_units = 0;
};

/// Refuses what AWS refuses, and what is not supported here.
TableDefinition parse_table_definition(json::object& body);

}  // namespace ekiden::local::dynamodb
