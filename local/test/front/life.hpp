/// Life: one run of the local service on virtual time, in memory or on a simulated disk.
#pragma once

#include <ekiden/local/service.hpp>
#include <ekiden/runtime/simulated/loop.hpp>
#include <ekiden/runtime/task_group.hpp>
#include <ekiden/testkit/sim_disk.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::local {

/// Short names for requests. A failed request has the status in `status`, and an empty object as its answer.
class Life {
 public:
  /// `clock` is how much later than 2016-12-19 the wall clock is. Without a disk everything is in memory.
  explicit Life(testkit::SimDisk* disk = nullptr, runtime::Duration clock = {})
      : Life(disk != nullptr ? StorageOptions{.folder = "/data", .vfs = disk->vfs(), .synchronous = Synchronous::kFull}
                             : StorageOptions{},
             clock) {}
  /// On a real disk, or with any other storage.
  explicit Life(StorageOptions storage, runtime::Duration clock = {}) {
    loop_.clock().set_skew(clock);
    listener_ = loop_.events().subscribe([this](const runtime::Event& event) {
      std::string line(event.spec.name);
      if (const runtime::Value* step = event.find("step_s")) {
        line += " " + std::to_string(std::get<std::int64_t>(*step));
      }
      events.push_back(std::move(line));
    });
    ServiceOptions options;
    options.storage = std::move(storage);
    service_.emplace(loop_.env(), std::move(options));
    tasks_.emplace(loop_.env().executor);
    tasks_->spawn(service_->run());
  }
  ~Life() {
    service_->stop();
    loop_.run(tasks_->join());
  }
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;

  boost::json::value call(std::string_view target, const boost::json::value& body) {
    http::HttpRequest request;
    request.url = "/";
    request.headers.add("Host", "127.0.0.1:4566");
    request.headers.add("X-Amz-Target", std::string(target));
    request.body = boost::json::serialize(body);
    const http::HttpResponse response = loop_.run(service_->handle(std::move(request)));
    status = response.status;
    text = response.body;
    return status == 200 && !response.body.empty() ? boost::json::parse(response.body) : boost::json::object();
  }
  boost::json::value sqs(const std::string& operation, const boost::json::value& body) {
    return call("AmazonSQS." + operation, body);
  }
  boost::json::value dynamodb(const std::string& operation, const boost::json::value& body) {
    return call("DynamoDB_20120810." + operation, body);
  }

  void create(std::string_view queue = "q") { sqs("CreateQueue", {{"QueueName", queue}}); }
  /// True if it was acknowledged.
  bool send(std::string_view body, std::int64_t delay_s = 0, std::string_view queue = "q") {
    sqs("SendMessage", {{"QueueUrl", queue}, {"MessageBody", body}, {"DelaySeconds", delay_s}});
    return status == 200;
  }
  /// The messages of one receive.
  boost::json::array receive(std::int64_t wait_s = 0, std::int64_t max = 10, std::int64_t visibility_s = 30) {
    const boost::json::value answer = sqs("ReceiveMessage", {{"QueueUrl", "q"},
                                                             {"WaitTimeSeconds", wait_s},
                                                             {"MaxNumberOfMessages", max},
                                                             {"VisibilityTimeout", visibility_s},
                                                             {"AttributeNames", {"All"}}});
    const boost::json::value* messages = answer.as_object().if_contains("Messages");
    return messages != nullptr ? messages->as_array() : boost::json::array();
  }
  bool remove(const boost::json::value& message) {
    sqs("DeleteMessage", {{"QueueUrl", "q"}, {"ReceiptHandle", message.at("ReceiptHandle")}});
    return status == 200;
  }
  std::string attribute(std::string_view name) {
    const boost::json::value answer = sqs("GetQueueAttributes", {{"QueueUrl", "q"}, {"AttributeNames", {name}}});
    return std::string(answer.at("Attributes").at(name).as_string());
  }

  void pass(runtime::Duration time) { loop_.run_for(time); }
  /// Sets the wall clock.
  void set_clock(runtime::Duration clock) { loop_.clock().set_skew(clock); }
  runtime::SimulatedLoop& loop() { return loop_; }
  runtime::TaskGroup& tasks() { return *tasks_; }
  LocalService& service() { return *service_; }
  std::int64_t wall_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(loop_.clock().wall_now().time_since_epoch()).count();
  }

  int status = 0;
  std::string text;                 ///< Of the last answer.
  std::vector<std::string> events;  ///< The published ones: the name, and step_s if there is one.

 private:
  runtime::SimulatedLoop loop_;
  runtime::Events::Subscription listener_;
  std::optional<LocalService> service_;
  std::optional<runtime::TaskGroup> tasks_;
};

inline std::vector<std::string> bodies(const boost::json::array& messages) {
  std::vector<std::string> out;
  for (const boost::json::value& message : messages) {
    out.emplace_back(message.at("Body").as_string());
  }
  return out;
}

/// A stamp of a received message, in milliseconds.
inline std::int64_t stamp(const boost::json::value& message, std::string_view name) {
  return std::stoll(std::string(message.at("Attributes").at(name).as_string()));
}

}  // namespace ekiden::local
