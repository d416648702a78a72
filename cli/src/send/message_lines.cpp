#include "message_lines.hpp"

#include <ekiden/app/options.hpp>

#include <signal.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <utility>

#include "message_text.hpp"
#include "terminal/format.hpp"

namespace ekiden::cli {
namespace {

/// Restores the default signal handlers while the program blocks on standard input. The event loop cannot handle
/// signals then; those that app::Process handles end the program at once, like any filter.
class DefaultSignals {
 public:
  explicit DefaultSignals(bool wanted) : wanted_(wanted) {
    for (auto& [number, before] : before_) {
      struct sigaction fresh{};
      fresh.sa_handler = SIG_DFL;
      if (wanted_ && ::sigaction(number, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) {  // nohup.
        ::sigaction(number, &fresh, nullptr);
      }
    }
  }
  DefaultSignals(const DefaultSignals&) = delete;
  DefaultSignals& operator=(const DefaultSignals&) = delete;
  ~DefaultSignals() {
    for (const auto& [number, before] : before_) {
      if (wanted_) {
        ::sigaction(number, &before, nullptr);
      }
    }
  }

 private:
  bool wanted_;
  std::array<std::pair<int, struct sigaction>, 4> before_{{{SIGINT, {}}, {SIGTERM, {}}, {SIGQUIT, {}}, {SIGHUP, {}}}};
};

/// Lines of Windows files end with "\r\n".
void strip_carriage_return(std::string& line) {
  if (line.ends_with('\r')) {
    line.pop_back();
  }
}

}  // namespace

MessageLines::MessageLines(const std::string& path, std::int64_t from)
    : name_(path == "-" ? "standard input" : path), typed_(path == "-"), from_(from) {
  if (typed_) {
    return;
  }
  std::error_code ignored;
  const bool is_folder = std::filesystem::is_directory(path, ignored);
  file_.open(path);
  if (!file_ || is_folder) {
    throw app::UsageError("--file: " + path + " cannot be read: " + std::strerror(is_folder ? EISDIR : errno) +
                          "; name a file with one message per line");
  }
  if (std::filesystem::is_regular_file(path)) {  // A pipe cannot be read twice.
    count_lines();
  }
}

void MessageLines::count_lines() {
  std::int64_t lines = 0;
  std::int64_t messages = 0;
  for (std::string line; std::getline(file_, line);) {
    ++lines;
    strip_carriage_return(line);
    messages += line.empty() || lines < from_ ? 0 : 1;
  }
  if (from_ > 1 && from_ > lines) {
    throw app::UsageError("--from-line " + std::to_string(from_) + ": " + name_ + " has only " + grouped(lines) +
                          (lines == 1 ? " line" : " lines") + "; leave the option out to send all");
  }
  total_ = messages;
  file_.clear();
  file_.seekg(0);
}

Batch MessageLines::next_batch() {
  const DefaultSignals signals(typed_);
  Batch batch;
  std::size_t bytes = 0;
  while (batch.messages.size() < aws::sqs::kBatchMax && (!held_.empty() || read_line())) {
    if (bytes + held_.size() > aws::sqs::kMessageBytesMax) {
      break;  // It becomes the first message of the next batch.
    }
    bytes += held_.size();
    aws::sqs::OutgoingMessage message;
    message.body = std::exchange(held_, {});
    batch.messages.push_back(std::move(message));
    batch.numbers.push_back(number_);
  }
  if (batch.messages.empty() && failure_) {
    throw LineError(name_ + ", line " + std::to_string(number_) + ": " + *failure_);
  }
  return batch;
}

bool MessageLines::read_line() {
  std::istream& input = typed_ ? std::cin : file_;
  while (!failure_ && std::getline(input, held_)) {
    ++number_;
    strip_carriage_return(held_);
    if (number_ < from_ || held_.empty()) {
      held_.clear();
      continue;
    }
    const std::optional<std::string> refusal = refusal_of(held_);
    if (!refusal) {
      return true;
    }
    failure_ = *refusal;
  }
  if (!failure_ && input.bad()) {
    ++number_;
    failure_ = "cannot be read";
  }
  held_.clear();
  return false;
}

}  // namespace ekiden::cli
