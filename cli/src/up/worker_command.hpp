/// What `up` and `bench` start as a worker, and with which environment.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/aws/dynamodb/types.hpp>

#include <string>
#include <vector>

namespace ekiden::cli {

/// The queue and the table of a local system; the defaults are what bench and the demo use. An empty name: none.
struct Names {
  std::string queue = "news";
  std::string table = "news-deliveries";
  std::vector<aws::dynamodb::KeyAttribute> table_key{{"user_id"}, {"news_id"}};

  std::string dead_letter_queue() const { return queue + "-dead"; }
};

/// What --queue, --table and --table-key say. Throws app::UsageError.
Names names_from(const app::Options& options);
/// "queue news, dead letters news-dead, table news-deliveries", as far as there are any.
std::string names_text(const Names& names);

/// Receives of one message before SQS moves it to the dead-letter queue.
inline constexpr int kMaxReceiveCount = 10;

/// What a worker works on.
struct WorkPlace {
  std::string endpoint;  ///< http://127.0.0.1:PORT
  std::string queue_url;
  Names names;
};

struct WorkerCommand {
  std::vector<std::string> arguments;  ///< The first is a path.
  std::string name;                    ///< "news-worker", or the command line as given.
};

/// What --worker says, under sh -c, or, if it says nothing, news-worker beside this program. Throws app::UsageError if
/// there is no such program, as far as that can be told without running the command line.
WorkerCommand worker_command(const app::Options& options);

/// `base` with the variables by which any worker, ours or not, finds queue and table; those that would lead it
/// elsewhere are taken out. `extra` is set unless `base` has it.
std::vector<std::string> worker_environment(app::Environment base, const WorkPlace& place,
                                            const app::Environment& extra);

}  // namespace ekiden::cli
