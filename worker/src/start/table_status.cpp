#include "table_status.hpp"

namespace ekiden::worker {

TableState table_state(std::string_view status) {
  const std::string named = " (" + std::string(status) + ")";
  if (status == "CREATING") {
    return {TableUse::kComing, "is being created" + named, "wait until it is ACTIVE"};
  }
  if (status == "DELETING") {
    return {TableUse::kUnusable, "is being deleted" + named,
            "create it again after it is gone, or name another table with --table"};
  }
  if (status == "INACCESSIBLE_ENCRYPTION_CREDENTIALS") {
    return {TableUse::kUnusable, "cannot be used, because DynamoDB has no access to its encryption key" + named,
            "enable the key in AWS KMS (Key Management Service), and allow DynamoDB to use it"};
  }
  if (status == "ARCHIVING" || status == "ARCHIVED") {
    return {TableUse::kUnusable, "is archived, because its encryption key was inaccessible for 7 days" + named,
            "restore its backup to a new table, or name another table with --table"};
  }
  return {};
}

}  // namespace ekiden::worker
