#include "worker_command.hpp"

#include <unistd.h>

#include <filesystem>
#include <system_error>

namespace ekiden::cli {

WorkerCommand worker_command(const app::Options& options) {
  const std::string command = options.text("worker");
  if (!command.empty()) {
    return {.arguments = {"/bin/sh", "-c", command}, .name = command};
  }
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path beside = self.parent_path() / "news-worker";
  if (error || ::access(beside.c_str(), X_OK) != 0) {
    throw app::UsageError("worker: there is no " + beside.string() + "; name the worker's command line with --worker");
  }
  return {.arguments = {beside.string()}, .name = "news-worker"};
}

std::vector<std::string> worker_environment(app::Environment base, const WorkPlace& place,
                                            const app::Environment& extra) {
  for (const char* elsewhere :
       {"AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_PROFILE",
        "AWS_SESSION_TOKEN", "EKIDEN_LOCAL", "EKIDEN_REGION", "EKIDEN_DEAD_LETTER_QUEUE", "EKIDEN_TABLE_KEY",
        // Options of this program that a worker has too, with another meaning.
        "EKIDEN_OPS", "EKIDEN_LISTEN"}) {
    base.erase(elsewhere);
  }
  base["AWS_ENDPOINT_URL"] = place.endpoint;
  base["EKIDEN_ENDPOINT"] = place.endpoint;  // Beats what a configuration file of the worker may say.
  base["AWS_REGION"] = "us-east-1";
  base["AWS_DEFAULT_REGION"] = "us-east-1";
  base["AWS_ACCESS_KEY_ID"] = "local";
  base["AWS_SECRET_ACCESS_KEY"] = "local";
  base["EKIDEN_QUEUE"] = kQueueName;
  base["EKIDEN_QUEUE_URL"] = place.queue_url;
  base["EKIDEN_TABLE"] = kTableName;
  base.insert(extra.begin(), extra.end());
  std::vector<std::string> environment;
  for (const auto& [name, value] : base) {
    environment.push_back(name + "=" + value);
  }
  return environment;
}

}  // namespace ekiden::cli
