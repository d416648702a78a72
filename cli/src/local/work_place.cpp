#include "work_place.hpp"

#include <ekiden/base/ascii.hpp>
#include <ekiden/base/words.hpp>

#include <algorithm>
#include <string_view>
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
  return declare(
      option::kTableKey,
      {.help = "key attributes of the table, hash key first, each with or without a type: NAME or NAME:TYPE, "
               "as in order_id,number:N. Types: S string (the default), N number, B binary",
       .fallback = "user_id,news_id",
       .value_name = "HASH[,RANGE]"});
}

namespace {

bool has_only(std::string_view text, std::string_view marks) {
  return std::ranges::all_of(
      text, [marks](char c) { return base::is_alphanumeric(c) || marks.find(c) != std::string_view::npos; });
}

/// SQS and DynamoDB reject other names, but their errors do not name the option.
void require_usable_names(const app::Options& options, const Names& names) {
  constexpr std::size_t kQueueNameMax = 80;  // SQS's limit.
  constexpr std::size_t kTableNameMin = 3;   // DynamoDB's limits.
  constexpr std::size_t kTableNameMax = 255;
  if (!names.queue.empty() && (!has_only(names.queue, "-_") || names.dead_letter_queue().size() > kQueueNameMax)) {
    throw app::UsageError(options.named(option::kQueue) + " \"" + names.queue +
                          "\" is not a queue name: use 1 to 75 letters, digits, - and _ (QUEUE-dead must be a name, "
                          "too, so FIFO queues cannot be created here)");
  }
  const std::size_t size = names.table.size();
  if (size > 0 && (!has_only(names.table, "_.-") || size < kTableNameMin || size > kTableNameMax)) {
    throw app::UsageError(options.named(option::kTable) + " \"" + names.table +
                          "\" is not a table name: use 3 to 255 letters, digits, _ . and -");
  }
}

}  // namespace

Names names_from(const app::Options& options) {
  Names names{.queue = options.get(option::kQueue), .table = options.get(option::kTable), .table_key = {}};
  for (const std::string& attribute : options.get(option::kTableKey)) {
    const std::size_t colon = attribute.find(':');
    const std::string type = colon == std::string::npos ? "S" : attribute.substr(colon + 1);
    if (colon == 0 || (type != "S" && type != "N" && type != "B")) {
      throw app::UsageError(options.named(option::kTableKey) + ": \"" + attribute +
                            "\" is not a key attribute; write NAME or NAME:TYPE with the type S, N or B, as in "
                            "customer_id,number:N");
    }
    names.table_key.push_back({attribute.substr(0, colon), type});
  }
  if (names.table_key.empty() || names.table_key.size() > 2) {
    throw app::UsageError(options.named(option::kTableKey) + ": \"" + options.as_written(option::kTableKey) +
                          "\" has " + base::counted(names.table_key.size(), "attribute") +
                          "; a key has one or two, hash key first, as in user_id,news_id");
  }
  require_usable_names(options, names);
  return names;
}

std::string names_text(const Names& names) {
  const std::string queues =
      names.queue.empty() ? "" : "queue " + names.queue + ", dead letters " + names.dead_letter_queue();
  const std::string table = names.table.empty() ? "" : "table " + names.table;
  return queues + (queues.empty() || table.empty() ? "" : ", ") + table;
}

}  // namespace ekiden::cli
