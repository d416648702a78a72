#include "fleet_checker.hpp"

#include <ekiden/testkit/process.hpp>

#include <utility>

namespace ekiden::worker::test {

namespace {

constexpr std::size_t kProblemsMax = 10;  // A few problems are enough to see a pattern.

std::string key_of_item(base::JsonReader item) {
  const auto part = [&item](const char* name) {
    const auto attribute = item.find(name);
    return std::string(attribute ? attribute->text("S") : "?");
  };
  return part("user_id") + "/" + part("news_id");
}

// Calls `use` with the item of each put in {"table": [{"PutRequest": {"Item": ...}}]}.
template <typename Use>
void for_each_put(std::optional<base::JsonReader> tables, Use use) {
  for (std::size_t t = 0; tables && t < tables->size(); ++t) {
    const base::JsonReader writes = tables->member(t).value;
    for (std::size_t i = 0; i < writes.size(); ++i) {
      if (const auto put = writes.element(i).find("PutRequest")) {
        use(*put->find("Item"));
      }
    }
  }
}

}  // namespace

void FleetChecker::problem(std::string text) {
  if (problems_.size() < kProblemsMax) {
    problems_.push_back(std::move(text));
  }
}

void FleetChecker::watch(const testkit::SimNetwork::Answered& answered) {
  const std::string operation = testkit::SimNetwork::operation(answered.request);
  const std::string& process = answered.client.name();
  if (request_.parse(answered.request.body)) {
    return;
  }
  if (operation == "DeleteMessageBatch") {
    asked_to_delete(process, request_.root());
  }
  if (answered.response.status != 200 ||
      response_.parse(answered.response.body.empty() ? "{}" : answered.response.body)) {
    return;
  }
  if (operation == "ReceiveMessage") {
    received(process, response_.root());
  } else if (operation == "BatchWriteItem") {
    written(request_.root(), response_.root());
  } else if (operation == "PutItem") {
    items_.insert(key_of_item(*request_.root().find("Item")));
  } else if (operation == "DeleteMessageBatch") {
    deleted(process, request_.root(), response_.root());
  } else if (operation == "ChangeMessageVisibility") {
    changed(process, request_.root());
  } else if (operation == "ChangeMessageVisibilityBatch") {
    const auto entries = request_.root().find("Entries");
    for (std::size_t i = 0; entries && i < entries->size(); ++i) {
      changed(process, entries->element(i));
    }
  } else if (operation == "SendMessage") {
    sent(request_.root());
  }
}

void FleetChecker::received(const std::string& process, base::JsonReader response) {
  const auto messages = response.find("Messages");
  for (std::size_t i = 0; messages && i < messages->size(); ++i) {
    const base::JsonReader message = messages->element(i);
    const std::string handle(message.text("ReceiptHandle"));
    released_.erase(process + " " + handle);  // The front end can hand out a released message with the same handle.
    workers_[process].handles.insert(handle);
    received_[handle] = {.id = std::string(message.text("MessageId")), .body = std::string(message.text("Body"))};
  }
}

void FleetChecker::written(base::JsonReader request, base::JsonReader response) {
  std::set<std::string> unprocessed;
  for_each_put(response.find("UnprocessedItems"),
               [&](base::JsonReader item) { unprocessed.insert(key_of_item(item)); });
  for_each_put(request.find("RequestItems"), [&](base::JsonReader item) {
    if (std::string key = key_of_item(item); !unprocessed.contains(key)) {
      items_.insert(std::move(key));
    }
  });
}

void FleetChecker::worker_began(const std::string& process) { workers_[process] = {}; }

void FleetChecker::handler_began(const std::string& process, const std::string& message_id) {
  WorkerState& worker = workers_[process];
  if (!worker.running.insert(message_id).second) {
    problem(process + " runs two handlers for the message " + message_id);
  }
  if (worker.done.contains(message_id)) {
    problem(process + " runs a handler for the message " + message_id + ", which it has done already");
  }
}

void FleetChecker::handler_ended(const std::string& process, const std::string& message_id) {
  workers_[process].running.erase(message_id);
}

std::string FleetChecker::held_handle(const std::function<std::uint64_t(std::uint64_t)>& pick) const {
  std::vector<std::string> held;
  for (const auto& [handle, message] : received_) {
    if (!message.deleted) {
      held.push_back(handle);
    }
  }
  return held.empty() ? std::string() : held[pick(held.size())];
}

void FleetChecker::asked_to_delete(const std::string& process, base::JsonReader request) {
  const auto entries = request.find("Entries");
  for (std::size_t i = 0; entries && i < entries->size(); ++i) {
    const std::string_view handle = entries->element(i).text("ReceiptHandle");
    const auto message = received_.find(handle);
    // The server can answer a delete of the worker's last life late.
    if (message != received_.end() && workers_[process].handles.contains(handle)) {
      workers_[process].done.insert(message->second.id);
    }
  }
}

void FleetChecker::deleted(const std::string& process, base::JsonReader request, base::JsonReader response) {
  std::set<std::string, std::less<>> successful;
  const auto results = response.find("Successful");
  for (std::size_t i = 0; results && i < results->size(); ++i) {
    successful.insert(std::string(results->element(i).text("Id")));
  }
  const auto entries = request.find("Entries");
  for (std::size_t i = 0; entries && i < entries->size(); ++i) {
    if (!successful.contains(entries->element(i).text("Id"))) {
      continue;
    }
    ++deletes_;
    const auto message = received_.find(entries->element(i).text("ReceiptHandle"));
    if (message == received_.end()) {
      problem(process + " deleted a message that nobody received");
      continue;
    }
    message->second.deleted = true;
    workers_[process].done.erase(message->second.id);
    const std::string& body = message->second.body;
    const std::string key = key_of_(body);
    const bool durable = key.empty() ? dead_.contains(body) : items_.contains(key);
    if (!durable) {
      problem(process + " deleted a message before its effect was durable: " + body.substr(0, 80));
    }
  }
}

void FleetChecker::changed(const std::string& process, base::JsonReader entry) {
  const std::string handle = process + " " + std::string(entry.text("ReceiptHandle"));
  const auto timeout = entry.find("VisibilityTimeout");
  if (timeout->integer() != extension_seconds_) {
    released_.insert(handle);
  } else if (released_.contains(handle)) {
    problem(process + " extended a message after it had released it: the message stays hidden");
  }
}

void FleetChecker::sent(base::JsonReader request) {
  if (request.text("QueueUrl").ends_with("-dead")) {
    dead_.insert(std::string(request.text("MessageBody")));
  }
}

}  // namespace ekiden::worker::test
