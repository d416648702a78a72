/// The operations on tables.
#pragma once

#include "dynamodb/api/operation.hpp"
#include "dynamodb/values/table.hpp"
#include "store/database.hpp"

namespace ekiden::local::dynamodb {

/// The table of that name (or ARN). Rejects an unknown one with ResourceNotFoundException.
Table require_table(Database& database, std::string_view name);

// Secondary indexes and streams are not supported, and rejected. A table is created and deleted at once, although
// CreateTable answers CREATING and DeleteTable answers DELETING, as AWS does.
JsonResponse create_table(Session& session, json::object& body);
JsonResponse describe_table(Session& session, json::object& body);
JsonResponse list_tables(Session& session, json::object& body);
JsonResponse delete_table(Session& session, json::object& body);

// The setting is stored, but expired items stay: AWS promises only to delete them within days.
JsonResponse update_time_to_live(Session& session, json::object& body);
JsonResponse describe_time_to_live(Session& session, json::object& body);

}  // namespace ekiden::local::dynamodb
