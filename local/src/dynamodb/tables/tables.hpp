/// The operations on tables.
#pragma once

#include "dynamodb/context.hpp"

namespace ekiden::local::dynamodb {

/// The table of that name (or ARN); refuses with ResourceNotFoundException.
Table require_table(Database& database, std::string_view name);

// Secondary indexes and streams are not supported, and refused. A table is there, and gone, at once, although
// CreateTable answers CREATING and DeleteTable DELETING as AWS does.
Answer create_table(Context& context, json::object& body);
Answer describe_table(Context& context, json::object& body);
Answer list_tables(Context& context, json::object& body);
Answer delete_table(Context& context, json::object& body);

// The setting is kept, but expired items stay: AWS promises only to delete them within days.
Answer update_time_to_live(Context& context, json::object& body);
Answer describe_time_to_live(Context& context, json::object& body);

}  // namespace ekiden::local::dynamodb
