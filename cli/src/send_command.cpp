#include <ekiden/app/worker_options.hpp>

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <utility>

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

/// While the program waits for somebody's typing, its event loop stands, and with it the loop's own signal handling:
/// for that time a signal ends the program, as it ends any other filter.
class DefaultSignals {
 public:
  explicit DefaultSignals(bool wanted) : wanted_(wanted) {
    if (wanted_) {
      struct sigaction fresh{};
      fresh.sa_handler = SIG_DFL;
      ::sigaction(SIGINT, &fresh, &interrupt_);
      ::sigaction(SIGTERM, &fresh, &terminate_);
    }
  }
  DefaultSignals(const DefaultSignals&) = delete;
  DefaultSignals& operator=(const DefaultSignals&) = delete;
  ~DefaultSignals() {
    if (wanted_) {
      ::sigaction(SIGINT, &interrupt_, nullptr);
      ::sigaction(SIGTERM, &terminate_, nullptr);
    }
  }

 private:
  bool wanted_;
  struct sigaction interrupt_{};
  struct sigaction terminate_{};
};

/// A text whose lines are messages; empty lines are none.
class Lines {
 public:
  /// "-" is standard input. Throws app::UsageError if it cannot be read.
  explicit Lines(const std::string& path) : name_(path == "-" ? "standard input" : path), typed_(path == "-") {
    if (typed_) {
      return;
    }
    file_.open(path);
    if (!file_ || std::filesystem::is_directory(path)) {
      throw app::UsageError("--file: " + path + " cannot be read; name a file with one message a line");
    }
    if (std::filesystem::is_regular_file(path)) {  // A pipe cannot be read twice.
      std::int64_t count = 0;
      for (std::string line; std::getline(file_, line);) {
        count += line.empty() ? 0 : 1;
      }
      total_ = count;
      file_.clear();
      file_.seekg(0);
    }
  }

  /// How many messages it has; nothing if only reading them will tell.
  std::optional<std::int64_t> total() const { return total_; }

  /// The next messages that fit into one call. Throws std::runtime_error.
  std::vector<sqs::OutgoingMessage> next_batch() {
    const DefaultSignals signals(typed_);
    std::vector<sqs::OutgoingMessage> batch;
    std::size_t bytes = 0;
    while (batch.size() < sqs::kBatchMax && (!held_.empty() || read_line())) {
      if (bytes + held_.size() > sqs::kMessageBytesMax) {
        break;  // It opens the next batch.
      }
      bytes += held_.size();
      sqs::OutgoingMessage message;
      message.body = std::exchange(held_, {});
      batch.push_back(std::move(message));
    }
    return batch;
  }

 private:
  bool read_line() {
    std::istream& input = typed_ ? std::cin : file_;
    while (std::getline(input, held_)) {
      ++number_;
      if (held_.size() > sqs::kMessageBytesMax) {
        throw std::runtime_error(name_ + ", line " + std::to_string(number_) + ": " +
                                 grouped(static_cast<std::int64_t>(held_.size())) + " bytes; a message has at most " +
                                 grouped(static_cast<std::int64_t>(sqs::kMessageBytesMax)));
      }
      if (!held_.empty()) {
        return true;
      }
    }
    if (input.bad()) {
      throw std::runtime_error(name_ + " cannot be read after line " + std::to_string(number_));
    }
    return false;
  }

  std::string name_;
  bool typed_;
  std::ifstream file_;
  std::optional<std::int64_t> total_;
  std::string held_;  // Read, and not yet in a batch.
  std::int64_t number_ = 0;
};

Task<int> send(app::Process& process, const app::Invocation& call, Clients& clients) {
  const std::string name = call.options.text("queue");
  const sqs::QueueUrl queue = co_await find_queue(clients.sqs, name);
  const runtime::TimePoint start = process.env().clock.now();
  const auto seconds = [&] { return std::chrono::duration<double>(process.env().clock.now() - start).count(); };
  if (call.options.has("news")) {
    const std::int64_t count = call.options.integer("news");
    ProgressLine progress(name, count);
    SendProgress show = [&](std::int64_t stored) { progress.update(stored, seconds()); };
    co_await send_news(process.env(), clients.sqs, queue, count, std::move(show));
    progress.finish(count, seconds(), "sent");
    co_return 0;
  }
  Lines lines(call.options.text("file"));
  std::optional<ProgressLine> progress;
  if (lines.total()) {
    progress.emplace(name, *lines.total());
  }
  std::int64_t sent = 0;
  NextBatch next = [&lines] { return lines.next_batch(); };
  SendProgress show = [&](std::int64_t stored) {
    sent = stored;
    if (progress) {
      progress->update(stored, seconds());
    }
  };
  co_await send_all(process.env(), clients.sqs, queue, std::move(next), std::move(show));
  if (progress) {
    progress->finish(sent, seconds(), "sent");
  } else {
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
