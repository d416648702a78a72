/// WorkPlace: the endpoint, queue and table of a worker, and the options that name them: --queue, --table, --table-key.
#pragma once

#include <ekiden/app/options.hpp>
#include <ekiden/aws/dynamodb/types.hpp>

#include <string>
#include <vector>

namespace ekiden::cli {

/// The queue and the table of a local system. The defaults are those of bench and of the demo. An empty name means that
/// there is none.
struct Names {
  std::string queue = "news";
  std::string table = "news-deliveries";
  std::vector<aws::dynamodb::KeyAttribute> table_key{{"user_id"}, {"news_id"}};

  std::string dead_letter_queue() const { return queue + "-dead"; }
};

/// Options that name what is created if it is missing. `fallback` is the default; empty means no default.
app::OptionSpec queue_option(std::string fallback = {});
app::OptionSpec table_option(std::string fallback = {});
app::OptionSpec table_key_option();

/// Reads --queue, --table and --table-key. Throws app::UsageError.
Names names_from(const app::Options& options);
/// "queue news, dead letters news-dead, table news-deliveries"; an empty name is left out.
std::string names_text(const Names& names);

/// Receives of one message before SQS moves it to the dead-letter queue.
inline constexpr int kMaxReceiveCount = 10;

struct WorkPlace {
  std::string endpoint;  ///< http://127.0.0.1:PORT
  std::string queue_url;
  Names names;
};

}  // namespace ekiden::cli
