/// What `up` and `bench` start as a worker, and with which environment.
#pragma once

#include <ekiden/app/command_line.hpp>

#include <string>
#include <vector>

namespace ekiden::cli {

/// The names that up, bench and the demo use.
inline constexpr const char* kQueueName = "news";
inline constexpr const char* kDeadLetterQueueName = "news-dead";
inline constexpr const char* kTableName = "news-deliveries";
/// Receives of one message before SQS moves it to the dead-letter queue.
inline constexpr int kMaxReceiveCount = 10;

/// What a worker works on.
struct WorkPlace {
  std::string endpoint;  ///< http://127.0.0.1:PORT
  std::string queue_url;
};

struct WorkerCommand {
  std::vector<std::string> arguments;  ///< The first is a path.
  std::string name;                    ///< "news-worker", or the command line as given.
};

/// `command` under sh -c, or, if it is empty, news-worker beside this program. Throws app::UsageError if that is not
/// there.
WorkerCommand worker_command(const app::Options& options);

/// `base` with the variables by which any worker, ours or not, finds queue and table; those that would lead it
/// elsewhere are taken out. `extra` is set unless `base` has it.
std::vector<std::string> worker_environment(app::Environment base, const WorkPlace& place,
                                            const app::Environment& extra);

}  // namespace ekiden::cli
