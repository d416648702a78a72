/// WorkPlace: the endpoint, queues and tables of a worker, and the options that name them: --queue, --table,
/// --table-key.
#pragma once

#include <ekiden/app/options.hpp>
#include <ekiden/aws/dynamodb/types.hpp>

#include <string>
#include <vector>

namespace ekiden::cli {

struct TableName {
  std::string name;
  std::vector<aws::dynamodb::KeyAttribute> key;
};

/// The queues and the tables of a local system; each can be empty. The defaults are those of bench and of the demo.
struct Names {
  std::vector<std::string> queues{"news"};
  std::vector<TableName> tables{{"news-deliveries", {{"user_id"}, {"news_id"}}}};

  /// True if `queue` is the dead-letter queue of another queue of these: it is created with that queue.
  bool is_dead_letter_queue(const std::string& queue) const;
};

/// The name of the dead-letter queue that is created with the queue.
std::string dead_letter_queue_of(const std::string& queue);

/// Options that name what is created if it is missing. `fallback` is the default; empty means no default.
app::OptionSpec queue_option(std::string fallback = {});
app::OptionSpec table_option(std::string fallback = {});
app::OptionSpec table_key_option();

/// Reads --queue, --table and --table-key. Throws app::UsageError.
Names names_from(const app::Options& options);
/// "queue news, dead letters news-dead, table news-deliveries"; what there is none of is left out.
std::string names_text(const Names& names);
/// "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& names);

/// Receives of one message before SQS moves it to the dead-letter queue.
inline constexpr int kMaxReceiveCount = 10;

struct WorkPlace {
  std::string endpoint;   ///< http://127.0.0.1:PORT
  std::string queue_url;  ///< The URL of the queue. Not used if there are several.
  Names names;
};

}  // namespace ekiden::cli
