#include "worker_command.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string_view>
#include <system_error>

#include "option_names.hpp"

namespace ekiden::cli {

namespace {

/// The first word of a command line if it is certainly the command that the shell runs. Empty if the shell would first
/// process quotes, expansions or assignments.
std::string first_word(const std::string& command) {
  constexpr const char* kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+@%,:-";
  const std::size_t begin = command.find_first_not_of(" \t\n");
  if (begin == std::string::npos) {
    return {};
  }
  const std::size_t end = std::min(command.find_first_not_of(kPlain, begin), command.size());
  const bool whole = end == command.size() || std::string_view(" \t\n;|&<>").find(command[end]) != std::string::npos;
  return whole ? command.substr(begin, end - begin) : std::string();
}

bool is_program_file(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

/// True if the word is the path of a program, or PATH has a program of this name.
bool is_program(const std::string& word) {
  if (word.find('/') != std::string::npos) {
    return is_program_file(word);
  }
  const char* const path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): no thread sets variables.
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (is_program_file((folder.empty() ? "." : folder) + "/" + word)) {
      return true;
    }
  }
  return false;
}

/// True if the shell can run it: a program, or a builtin or keyword of the shell (exec, cd, while).
bool can_be_run(const std::string& word) {
  // The word is plain, so the shell does not interpret it.
  return is_program(word) ||
         (word.find('/') == std::string::npos &&
          std::system(("command -v " + word + " >/dev/null 2>&1").c_str()) == 0);  // NOLINT(cert-env33-c)
}

/// The script for the shell. If the command is one program, the shell becomes that program (exec), so that signals
/// reach it, also when this process is killed. Otherwise the shell must survive the SIGTERM that goes to its process
/// group, and wait: if it ended at once, the worker would count as ended while it still drains.
std::string script_of(const std::string& command, const std::string& first_word) {
  const bool one_program =
      !first_word.empty() && is_program(first_word) && command.find_first_of(";|&<>()`\n") == std::string::npos;
  return (one_program ? "exec " : "trap : TERM INT\n") + command;
}

}  // namespace

app::OptionSpec worker_option() {
  return app::declare(
      option::kWorker,
      {.help =
           "command line that starts a worker. It is run by sh -c. Its environment has AWS_ENDPOINT_URL, AWS_REGION "
           "and AWS credentials, EKIDEN_QUEUE and EKIDEN_QUEUE_URL if there is one queue, and EKIDEN_TABLE if there is "
           "one table",
       .default_words = "news-worker in the folder of this program",
       .value_name = "CMD"});
}

WorkerCommand worker_command(const app::Options& options) {
  const std::string command = options.get(option::kWorker);
  if (!command.empty()) {
    const std::string word = first_word(command);
    if (!word.empty() && !can_be_run(word)) {
      throw app::UsageError(options.named(option::kWorker) + ": cannot find an executable program " + word +
                            "; set it to the command line of your worker, such as build/order-worker");
    }
    return {.arguments = {"/bin/sh", "-c", script_of(command, word)}, .name = command};
  }
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path beside = self.parent_path() / "news-worker";
  if (error || ::access(beside.c_str(), X_OK) != 0) {
    throw app::UsageError("cannot find the default worker " + beside.string() +
                          "; set --worker to the command line of your worker");
  }
  return {.arguments = {beside.string()}, .name = "news-worker"};
}

std::vector<std::string> worker_environment(app::Environment base, const WorkPlace& place,
                                            const app::Environment& extra) {
  for (const char* elsewhere :
       {"AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_PROFILE",
        "AWS_SESSION_TOKEN", "EKIDEN_LOCAL", "EKIDEN_REGION", "EKIDEN_DEAD_LETTER_QUEUE", "EKIDEN_TABLE_KEY",
        // Options of this program that have another meaning in a worker.
        "EKIDEN_OPS", "EKIDEN_LISTEN", "EKIDEN_QUEUE", "EKIDEN_QUEUE_URL", "EKIDEN_TABLE"}) {
    base.erase(elsewhere);
  }
  base["AWS_ENDPOINT_URL"] = place.endpoint;
  base["EKIDEN_ENDPOINT"] = place.endpoint;  // Stronger than a configuration file of the worker.
  base["AWS_REGION"] = "us-east-1";
  base["AWS_DEFAULT_REGION"] = "us-east-1";
  base["AWS_ACCESS_KEY_ID"] = "local";
  base["AWS_SECRET_ACCESS_KEY"] = "local";
  if (place.names.queues.size() == 1) {  // With several, one variable would name one queue for every handler.
    base["EKIDEN_QUEUE"] = place.names.queues.front();
    base["EKIDEN_QUEUE_URL"] = place.queue_url;
  }
  if (place.names.tables.size() == 1) {
    base["EKIDEN_TABLE"] = place.names.tables.front().name;
  }
  base.insert(extra.begin(), extra.end());
  std::vector<std::string> environment;
  for (const auto& [name, value] : base) {
    environment.push_back(name + "=" + value);
  }
  return environment;
}

}  // namespace ekiden::cli
