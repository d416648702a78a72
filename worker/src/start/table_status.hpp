// What the status of a table means for a worker that starts.
#pragma once

#include <string>
#include <string_view>

namespace ekiden::worker {

enum class TableUse {
  kUsable,  ///< Also for a status that is not known here: the writes decide.
  kComing,  ///< It is being created: wait for it.
  kUnusable
};

struct TableState {
  TableUse use = TableUse::kUsable;
  std::string why{};  ///< What follows the name of the table: "is being deleted (DELETING)". Empty if it is usable.
  std::string fix{};
};

/// `status` is the TableStatus of DescribeTable. A global table that is REPLICATION_NOT_AUTHORIZED is usable: its
/// replica in this region takes reads and writes.
/// Source: DynamoDB API Reference, TableDescription; DynamoDB Developer Guide, "Encryption at rest: usage notes".
TableState table_state(std::string_view status);

}  // namespace ekiden::worker
