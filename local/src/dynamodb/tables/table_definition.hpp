/// TableDefinition: the table that a CreateTable defines.
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

/// Rejects what AWS rejects, and what this server does not support.
TableDefinition parse_table_definition(json::object& body);

}  // namespace ekiden::local::dynamodb
