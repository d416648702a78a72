#include "sender.hpp"

#include <ekiden/testkit/local_server.hpp>

#include <algorithm>
#include <iterator>
#include <memory>

#include "delivery.hpp"

namespace ekiden::worker::test {

using namespace std::chrono_literals;

Sender::Sender(testkit::Simulation& simulation)
    : simulation_(simulation),
      process_(simulation.process("sender")),
      sqs_(process_.env(), process_.transport(), testkit::local_credentials(), testkit::local_target()),
      dynamodb_(process_.env(), process_.transport(), testkit::local_credentials(), testkit::local_target()) {}

bool Sender::run(Task<> task, runtime::Duration limit, const std::function<bool()>& wanted) {
  const runtime::TimePoint deadline = simulation_.now() + limit;
  const auto ended = std::make_shared<bool>(false);  // The task can outlive this call.
  auto mark = [](Task<> inner, std::shared_ptr<bool> done) -> Task<> {
    co_await std::move(inner);
    *done = true;
  };
  simulation_.start(process_, mark(std::move(task), ended));
  simulation_.run_while([&] { return !*ended && wanted(); }, deadline);
  return *ended;
}

Task<> Sender::prepare(int visibility_seconds, aws::sqs::Attributes more, unsigned receives_max) {
  for (;;) {
    try {
      dead_queue_ = co_await sqs_.create_queue(kDeadQueue);
      const aws::sqs::Attributes dead = co_await sqs_.get_queue_attributes(dead_queue_);
      aws::sqs::Attributes attributes{
          {"VisibilityTimeout", std::to_string(visibility_seconds)},
          {"RedrivePolicy", "{\"maxReceiveCount\":" + std::to_string(receives_max) + R"(,"deadLetterTargetArn":")" +
                                dead.find("QueueArn")->second + "\"}"}};
      attributes.insert(more.begin(), more.end());
      queue_ = co_await sqs_.create_queue(kQueue, attributes);
      const std::vector<aws::dynamodb::KeyAttribute> key{{.name = "user_id"}, {.name = "news_id"}};
      co_await dynamodb_.create_table(kTable, key);
      co_return;
    } catch (const aws::Error& error) {
      if (error.facts().code == "ResourceInUseException") {
        co_return;
      }
    }
  }
}

Task<> Sender::send_all(std::vector<std::string> left) {
  while (!left.empty()) {
    std::vector<aws::sqs::OutgoingMessage> batch;
    for (std::size_t i = 0; i < std::min(left.size(), aws::sqs::kBatchMax); ++i) {
      batch.push_back(aws::sqs::OutgoingMessage{.body = left[i]});
    }
    std::vector<std::string> again;
    try {
      const std::vector<aws::sqs::SendResult> results = co_await sqs_.send_batch(queue_, batch);
      for (std::size_t i = 0; i < results.size(); ++i) {
        if (results[i].error) {
          again.push_back(batch[i].body);
        }
      }
    } catch (const aws::Error&) {
      std::ranges::transform(batch, std::back_inserter(again), [](const auto& message) { return message.body; });
    }
    left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(batch.size()));
    left.insert(left.end(), again.begin(), again.end());
    co_await process_.clock().sleep_for(process_.random().between(0, 1'500) * 1ms);
  }
}

Task<> Sender::make_visible(std::string handle) {
  try {
    const aws::sqs::VisibilityChange change{aws::sqs::ReceiptHandle(std::move(handle)), std::chrono::seconds(0)};
    co_await sqs_.change_visibility(queue_, change);
  } catch (const aws::Error&) {
    co_return;  // It was settled meanwhile.
  }
}

Task<bool> Sender::is_drained(aws::sqs::QueueUrl queue) {
  try {
    const aws::sqs::Attributes attributes = co_await sqs_.get_queue_attributes(queue);
    for (const char* name : {"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
                             "ApproximateNumberOfMessagesDelayed"}) {
      if (attributes.find(name)->second != "0") {
        co_return false;
      }
    }
    co_return true;
  } catch (const aws::Error&) {
    co_return false;
  }
}

Task<> Sender::wait_until_drained() {
  for (;;) {
    const bool drained = co_await is_drained(queue_);
    if (drained) {
      co_return;
    }
    co_await process_.clock().sleep_for(5s);
  }
}

Task<Sender::Contents> Sender::read_table() {
  Contents found;
  aws::dynamodb::ScanRequest request;
  request.table = kTable;
  for (;;) {
    try {
      const aws::dynamodb::Page page = co_await dynamodb_.scan(request);
      for (const aws::dynamodb::Item& item : page.items) {
        const Delivery delivery{*item.find("user_id")->string(), *item.find("news_id")->string(),
                                *item.find("title")->string()};
        found[key_of(delivery)] = delivery.title;
      }
      request.start_key = page.last_key;
      if (page.last_key.empty()) {
        co_return found;
      }
    } catch (const aws::Error&) {
      continue;
    }
  }
}

Task<std::set<std::string>> Sender::take_dead_letters() {
  std::set<std::string> found;
  for (;;) {
    const bool drained = co_await is_drained(dead_queue_);
    if (drained) {
      co_return found;
    }
    try {
      const std::vector<aws::sqs::Message> messages = co_await sqs_.receive(dead_queue_, {});
      std::vector<aws::sqs::ReceiptHandle> seen;
      for (const aws::sqs::Message& message : messages) {
        found.insert(message.body);
        seen.push_back(message.receipt_handle);
      }
      if (!seen.empty()) {
        co_await sqs_.delete_batch(dead_queue_, seen);
      }
    } catch (const aws::Error&) {
      continue;  // Messages of a lost answer become visible again later.
    }
    co_await process_.clock().sleep_for(1s);
  }
}

std::vector<std::string> differences(const Sender::Contents& expected, const Sender::Contents& found) {
  std::vector<std::string> problems;
  for (const auto& [key, title] : expected) {
    const auto item = found.find(key);
    if (item == found.end()) {
      problems.push_back("the effect of a sent message is missing: " + key);
    } else if (item->second != title) {
      problems.push_back("an item has the wrong content: " + key);
    }
  }
  if (found.size() > expected.size()) {
    problems.emplace_back("the table has items that were never sent");
  }
  return problems;
}

}  // namespace ekiden::worker::test
