#include <ekiden/app/worker_options.hpp>
#include <ekiden/runtime/deadline.hpp>

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>

#include "commands.hpp"
#include "format.hpp"
#include "local_system.hpp"
#include "terminal.hpp"

namespace ekiden::cli {
namespace {

/// Asked before AWS is sent to; a script says --yes.
bool agreed(const app::Options& options, const aws::Target& target, const std::string& queue) {
  if (target.is_local || options.flag("yes")) {
    return true;
  }
  if (::isatty(STDIN_FILENO) == 0) {
    throw app::UsageError("sending to " + target.describe() + " needs --yes where there is no terminal to ask");
  }
  std::fprintf(stderr, "send to queue %s on %s? [y/N] ", queue.c_str(), target.describe().c_str());
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "yes";
}

Task<sqs::QueueUrl> find_queue(sqs::Client& client, const std::string& queue) {
  if (queue.starts_with("http://") || queue.starts_with("https://")) {
    co_return sqs::QueueUrl(queue);
  }
  co_return co_await client.get_queue_url(queue);
}

/// One message a line; blank lines are left out. Yields how many were sent.
Task<std::int64_t> send_lines(sqs::Client& client, sqs::QueueUrl queue, std::istream& input) {
  std::int64_t sent = 0;
  std::vector<sqs::OutgoingMessage> batch;
  std::size_t bytes = 0;
  bool more = true;
  while (more) {
    std::string line;
    more = static_cast<bool>(std::getline(input, line));
    const bool full = batch.size() == sqs::kBatchMax || bytes + line.size() > sqs::kMessageBytesMax;
    if (!batch.empty() && (full || !more)) {
      const std::vector<sqs::SendResult> results = co_await client.send_batch(queue, batch);
      for (const sqs::SendResult& result : results) {
        if (result.error) {
          throw std::runtime_error("SQS refused a message after " + std::to_string(sent) +
                                   " were sent: " + result.error->code + ": " + result.error->message);
        }
        ++sent;
      }
      batch.clear();
      bytes = 0;
    }
    if (more && !line.empty()) {
      bytes += line.size();
      sqs::OutgoingMessage message;
      message.body = std::move(line);
      batch.push_back(std::move(message));
    }
  }
  co_return sent;
}

Task<int> send(app::Process& process, const app::Invocation& call, Clients& clients) {
  const std::string name = call.options.text("queue");
  const sqs::QueueUrl queue = co_await find_queue(clients.sqs, name);
  const runtime::TimePoint start = process.env().clock.now();
  const auto seconds = [&] { return std::chrono::duration<double>(process.env().clock.now() - start).count(); };
  std::int64_t sent = 0;
  if (call.options.has("news")) {
    const std::int64_t count = call.options.integer("news");
    ProgressLine progress(name, count);
    auto show = [&](std::int64_t stored) { progress.update(stored, seconds()); };
    co_await send_news(process.env(), clients.sqs, queue, count, show);
    progress.finish(count, seconds(), "sent");
    sent = count;
  } else {
    const std::string path = call.options.text("file");
    std::ifstream file;
    if (path != "-") {
      file.open(path);
      if (!file) {
        throw app::UsageError("--file: " + path + " cannot be read");
      }
    }
    sent = co_await send_lines(clients.sqs, queue, path == "-" ? std::cin : file);
    std::fprintf(stderr, "%s messages sent to %s\n", grouped(sent).c_str(), name.c_str());
  }
  co_return 0;
}

}  // namespace

int run_send(app::Process& process, const app::Invocation& call) {
  if (call.options.has("news") == call.options.has("file")) {
    throw app::UsageError("say what to send: --news N or --file FILE");
  }
  const aws::Target target = aws::Target::resolve(app::target_from(call.options), app::Process::environment());
  std::fprintf(stderr, "%s\n", target.describe().c_str());
  if (!agreed(call.options, target, call.options.text("queue"))) {
    return 1;
  }
  Clients clients(process, target);
  return process.run(send(process, call, clients));
}

}  // namespace ekiden::cli
