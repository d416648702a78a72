#include "queue_facts.hpp"

#include <ekiden/base/json/reader.hpp>
#include <ekiden/base/parse.hpp>

#include <algorithm>

namespace ekiden::worker {

std::string_view path_of(const aws::sqs::QueueUrl& queue) {
  const std::string_view url = queue.text();
  const std::size_t host = url.find("://");
  return host == std::string_view::npos ? url : url.substr(std::min(url.find('/', host + 3), url.size()));
}

long long number_of(const aws::sqs::Attributes& attributes, std::string_view name) {
  return aws::sqs::number_of(attributes, name).value_or(0);
}

bool is_fifo(const aws::sqs::Attributes& attributes) {
  const auto found = attributes.find("FifoQueue");
  return found != attributes.end() && found->second == "true";
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
    // SQS returns the count in the form in which it was set: a number or a text.
    const std::string_view text = count->string().value_or("");
    const std::int64_t number = count->integer().value_or(base::parse<int>(text).value_or(read.max_receive_count));
    read.max_receive_count = static_cast<int>(number);
  }
  return read;
}

}  // namespace ekiden::worker
