#include "schema.hpp"

#include <array>

#include "dynamodb/tables/schema.hpp"
#include "sqs/schema.hpp"

namespace ekiden::local {

std::span<const Migration> schema_steps() {
  static const std::array<Migration, 1> kSteps = {
      [](Database& database) {
        sqs::create_tables(database);
        dynamodb::create_tables(database);
      },
  };
  return kSteps;
}

}  // namespace ekiden::local
