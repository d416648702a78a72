#include "work_place.hpp"

#include <utility>

#include "option_names.hpp"

namespace ekiden::cli {

using app::declare;

app::OptionSpec queue_option(std::string fallback) {
  return declare(option::kQueue, {.help = "queue to create, with its dead-letter queue QUEUE-dead",
                                  .fallback = std::move(fallback),
                                  .value_name = "QUEUE"});
}

app::OptionSpec table_option(std::string fallback) {
  return declare(option::kTable, {.help = "table to create", .fallback = std::move(fallback), .value_name = "TABLE"});
}

app::OptionSpec table_key_option() {
  return declare(option::kTableKey,
                 {.help = "key attributes of the table, hash key first, each with an optional type (S string, N "
                          "number, B binary; default S), as in order_id,number:N",
                  .fallback = "user_id,news_id"});
}

Names names_from(const app::Options& options) {
  Names names{.queue = options.get(option::kQueue), .table = options.get(option::kTable), .table_key = {}};
  for (const std::string& attribute : options.get(option::kTableKey)) {
    const std::size_t colon = attribute.find(':');
    const std::string type = colon == std::string::npos ? "S" : attribute.substr(colon + 1);
    if (colon == 0 || (type != "S" && type != "N" && type != "B")) {
      throw app::UsageError("--table-key: '" + attribute + "' is not a key attribute; write NAME or NAME:TYPE with " +
                            "the type S, N or B, as in customer_id,number:N");
    }
    names.table_key.push_back({attribute.substr(0, colon), type});
  }
  if (names.table_key.empty() || names.table_key.size() > 2) {
    throw app::UsageError("--table-key: a key has one or two attributes, the hash key first, as in user_id,news_id");
  }
  return names;
}

std::string names_text(const Names& names) {
  const std::string queues =
      names.queue.empty() ? "" : "queue " + names.queue + ", dead letters " + names.dead_letter_queue();
  const std::string table = names.table.empty() ? "" : "table " + names.table;
  return queues + (queues.empty() || table.empty() ? "" : ", ") + table;
}

}  // namespace ekiden::cli
