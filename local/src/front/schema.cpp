#include "schema.hpp"

#include <array>

#include "dynamodb/rows/row_writer.hpp"
#include "dynamodb/tables/schema.hpp"
#include "sqs/queues/boxes.hpp"
#include "sqs/schema.hpp"
#include "store/queue_clock.hpp"

namespace ekiden::local {

std::span<const Migration> schema_steps() {
  static const std::array<Migration, 2> kSteps = {
      [](Database& database) {
        sqs::create_tables_1(database);
        dynamodb::create_tables_1(database);
      },
      [](Database& database) {
        sqs::convert_to_2(database);
        dynamodb::convert_to_2(database);
        create_time_table(database, sqs::latest_stamp(database));
      },
  };
  return kSteps;
}

bool sweep(Session& session) { return sqs::sweep_boxes(session) || dynamodb::sweep_rows(session); }

}  // namespace ekiden::local
