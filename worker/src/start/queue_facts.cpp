#include "queue_facts.hpp"

#include <ekiden/base/json/reader.hpp>

#include <algorithm>
#include <charconv>

namespace ekiden::worker {

std::string_view path_of(const aws::sqs::QueueUrl& queue) {
  const std::string_view url = queue.text();
  const std::size_t host = url.find("://");
  return host == std::string_view::npos ? url : url.substr(std::min(url.find('/', host + 3), url.size()));
}

long long number_of(const aws::sqs::Attributes& attributes, std::string_view name) {
  const auto found = attributes.find(name);
  long long value = 0;
  if (found != attributes.end()) {
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
  }
  return value;
}

std::optional<RedrivePolicy> redrive_policy(const aws::sqs::Attributes& attributes) {
  const auto policy = attributes.find("RedrivePolicy");
  base::JsonDocument document;
  if (policy == attributes.end() || document.parse(policy->second)) {
    return std::nullopt;
  }
  RedrivePolicy read;
  read.target = aws::Arn(std::string(document.root().text("deadLetterTargetArn")));
  if (read.target.text().empty()) {
    return std::nullopt;
  }
  if (const auto count = document.root().find("maxReceiveCount")) {
    // SQS answers with a number, and with the text that it was given.
    const std::string_view text = count->string().value_or("");
    std::from_chars(text.data(), text.data() + text.size(), read.max_receive_count);
    read.max_receive_count = static_cast<int>(count->integer().value_or(read.max_receive_count));
  }
  return read;
}

}  // namespace ekiden::worker
