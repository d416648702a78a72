#include "send_command.hpp"

#include <ekiden/app/aws_setup.hpp>
#include <ekiden/app/worker_options.hpp>
#include <ekiden/aws/environment.hpp>
#include <ekiden/aws/names.hpp>
#include <ekiden/base/exit_status.hpp>
#include <ekiden/base/outlet.hpp>
#include <ekiden/worker/failure_text.hpp>

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <utility>

#include "batch_sending.hpp"
#include "local/local_system.hpp"
#include "message_lines.hpp"
#include "news.hpp"
#include "option_names.hpp"
#include "terminal/format.hpp"
#include "terminal/terminal.hpp"

namespace ekiden::cli {
namespace {

/// Asks before messages go to AWS, unless --yes is given.
bool agreed(const app::Options& options, const aws::Target& target, const std::string& queue) {
  if (target.is_local || options.get(option::kYes)) {
    return true;
  }
  if (::isatty(STDIN_FILENO) == 0) {
    throw app::UsageError("cannot ask before sending to " + target.describe() +
                          ": standard input is not a terminal; add --yes");
  }
  print("Send to queue " + queue + " on " + target.describe() + "? [y/N] ");
  base::outlet_of(STDERR_FILENO)->flush();
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "yes";
}

std::string messages(std::int64_t count) { return grouped(count) + (count == 1 ? " message" : " messages"); }

std::string failure(const app::Process& process, const std::exception& error) {
  return process.interrupted() ? "interrupted" : error.what();
}

/// Adds to an error how much was sent, and how to send the rest. `fix`: what to do before, "fix this line, then ".
std::string with_state(const std::string& error, const BatchSending& sending, const MessageLines& lines,
                       const std::string& fix = {}) {
  const std::int64_t line = sending.first_unsent().value_or(lines.next_line());
  std::string text =
      error + "; " + messages(sending.sent()) + " sent; " + fix + "continue with --from-line " + std::to_string(line);
  if (const std::int64_t twice = sending.sent_beyond(); twice > 0) {
    text += ", which sends " + messages(twice) + " again";
  }
  return text;
}

Task<> send_lines(app::Process& process, const app::Invocation& call, aws::sqs::SqsClient& client,
                  aws::sqs::QueueUrl queue) {
  const std::string name = call.options.get(option::kQueue);
  const runtime::TimePoint start = process.env().clock.now();
  const auto seconds = [&] { return std::chrono::duration<double>(process.env().clock.now() - start).count(); };
  MessageLines lines(call.options.get(option::kFile), call.options.get(option::kFromLine));
  std::optional<ProgressLine> progress;
  if (lines.total()) {
    progress.emplace(name, *lines.total());
  }
  BatchSending::Next next = [&lines] { return lines.next_batch(); };
  BatchSending::Progress show = [&](std::int64_t sent) {
    if (progress) {
      progress->update(sent, seconds());
    }
  };
  BatchSending sending(process.env(), client, std::move(queue), lines.name() + ", line", std::move(next),
                       std::move(show));
  try {
    co_await sending.run();
  } catch (const aws::ConfigurationError&) {
    throw;  // Nothing was sent, and the file is not the reason.
  } catch (const LineError& error) {
    throw std::runtime_error(with_state(error.what(), sending, lines, "fix this line, then "));
  } catch (const std::exception& error) {
    throw std::runtime_error(with_state(failure(process, error), sending, lines));
  }
  if (progress) {
    progress->finish(sending.sent(), seconds(), "sent");
  } else {
    base::say(messages(sending.sent()) + " sent to " + name);
  }
}

Task<int> send(app::Process& process, const app::Invocation& call, Clients& clients) {
  const std::string name = call.options.get(option::kQueue);
  const aws::sqs::QueueUrl queue = co_await clients.sqs.find_queue(name);
  if (call.options.has(option::kFile)) {
    co_await send_lines(process, call, clients.sqs, queue);
    co_return base::kExitDone;
  }
  const std::int64_t count = call.options.get(option::kNews);
  const runtime::TimePoint start = process.env().clock.now();
  const auto seconds = [&] { return std::chrono::duration<double>(process.env().clock.now() - start).count(); };
  ProgressLine progress(name, count);
  std::int64_t sent = 0;
  BatchSending::Progress show = [&](std::int64_t acknowledged) {
    sent = acknowledged;
    progress.update(sent, seconds());
  };
  try {
    co_await send_news(process.env(), clients.sqs, queue, count, std::move(show));
  } catch (const aws::ConfigurationError&) {
    throw;
  } catch (const std::exception& error) {
    throw std::runtime_error(failure(process, error) + "; " + messages(sent) + " sent");
  }
  progress.finish(count, seconds(), "sent");
  co_return base::kExitDone;
}

}  // namespace

app::CommandSpec send_spec() {
  app::CommandSpec command{.help = "send the lines of a file, or generated news messages, to a queue",
                           .description =
                               "Sends messages to a queue: each line of a file as one message (--file), or generated "
                               "messages for the news example (--news). On AWS it asks before it sends, unless --yes "
                               "is given. It stops at the first line that SQS would reject. It prints the number of "
                               "this line, and the --from-line that continues the send."};
  command.options = {
      app::declare(option::kQueue,
                   {.help = "queue to send to: name, URL or ARN", .fallback = "news", .value_name = "QUEUE"}),
      app::declare(option::kFile,
                   {.help = "file with one message per line (empty lines are skipped); - reads standard input",
                    .value_name = "FILE"}),
      app::declare(option::kFromLine, {.help = "start with this line of the file, to continue a send that failed",
                                       .fallback = "1",
                                       .minimum = "1",
                                       .scope = app::OptionScope::kFlagOnly}),
      app::declare(option::kNews, {.help = "number of generated news messages (300 bytes each) to send",
                                   .minimum = "1",
                                   .maximum = std::to_string(kNewsMax)}),
      app::declare(option::kYes, {.help = "do not ask before sending to AWS", .scope = app::OptionScope::kFlagOnly}),
  };
  std::ranges::move(app::target_options(), std::back_inserter(command.options));
  command.examples = {"{program} send --local --news 1000", "{program} send --queue orders --file orders.jsonl --yes"};
  return command;
}

int run_send(app::Process& process, const app::Invocation& call) {
  const bool news = call.options.has(option::kNews);
  const bool file = call.options.has(option::kFile);
  if (news && file) {
    call.options.refuse_both(option::kNews, option::kFile);
  }
  if (!news && !file) {
    throw app::UsageError("nothing to send; set --news N or --file FILE");
  }
  if (!call.options.has(option::kQueue)) {
    throw app::UsageError(call.options.named(option::kQueue) + " is empty; set it to the name, URL or ARN of a queue");
  }
  if (const std::string queue = call.options.get(option::kQueue); aws::sqs::is_fifo_name(queue)) {
    throw app::UsageError(call.options.named(option::kQueue) + " \"" + queue +
                          "\" is a FIFO queue, and FIFO queues are not supported yet, because each of their messages "
                          "needs a group; use a standard queue, or send with the AWS CLI");
  }
  if (news && call.options.is_set(option::kFromLine)) {
    throw app::UsageError("--from-line requires --file");
  }
  const app::AwsSetup aws = app::aws_setup(process, call.options);
  const aws::Target& target = aws.target;
  base::say(target.describe());
  if (!agreed(call.options, target, call.options.get(option::kQueue))) {
    return base::kExitFailed;
  }
  Clients clients(process, aws);
  try {
    return process.run(send(process, call, clients));
  } catch (const aws::Error& error) {
    const std::string why = worker::failure_text(error, target);
    if (error.is(aws::codes::kNoCredentials)) {
      throw aws::ConfigurationError(why);
    }
    throw std::runtime_error(why);
  }
}

}  // namespace ekiden::cli
