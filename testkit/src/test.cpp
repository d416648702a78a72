#include <ekiden/aws/dynamodb/client.hpp>
#include <ekiden/aws/sqs/client.hpp>
#include <ekiden/base/json/writer.hpp>
#include <ekiden/test.hpp>
#include <ekiden/testkit/local_server.hpp>
#include <ekiden/testkit/simulation.hpp>
#include <ekiden/worker/events.hpp>
#include <ekiden/worker/service.hpp>

#include <algorithm>
#include <map>
#include <stdexcept>

namespace ekiden::test {

namespace {

using namespace std::chrono_literals;
using testkit::Process;

constexpr const char* kQueue = "test";
constexpr const char* kDeadQueue = "test-dead";
constexpr const char* kTable = "test";

// One run: a process with the server, one with the worker, and one (the hand) that sends messages and reads the
// results.
class Run {
 public:
  Run(const Options& options, worker::AnyHandler handler)
      : options_(options),
        handler_(std::move(handler)),
        simulation_(options.seed),
        server_(simulation_.process("local")),
        worker_(simulation_.process("worker")),
        hand_(simulation_.process("hand")),
        sqs_(hand_.env(), hand_.transport(), testkit::local_credentials(), testkit::local_target()),
        dynamodb_(hand_.env(), hand_.transport(), testkit::local_credentials(), testkit::local_target()) {
    worker_.on_event([this](const runtime::Event& event) { note(event); });
  }

  Result run(const std::vector<std::string>& bodies) {
    serve({});
    simulation_.run(hand_, prepare());
    simulation_.run(hand_, send(bodies));
    serve(options_.faults);
    simulation_.network().set_conditions(options_.network);
    started_ = simulation_.now();
    simulation_.start(worker_, [this](Process& process) { return work(process); });
    const auto busy = [this] { return settled_ < result_.messages.size() && !ended_; };
    simulation_.run_while(busy, started_ + options_.limit);
    stop();
    simulation_.network().set_conditions({});
    serve({});
    simulation_.run(hand_, look());
    return std::move(result_);
  }

 private:
  // Starts or restarts the server, on the same data. Faults are on only while the worker runs, not while the hand sends
  // messages and reads results.
  void serve(const local::Faults& faults) {
    simulation_.crash(server_);
    local::ServiceOptions options;
    options.storage.folder = "data";
    options.faults = faults;
    simulation_.start(server_, testkit::local_server(std::move(options)));
  }

  Task<> prepare() {
    dead_ = co_await sqs_.create_queue(kDeadQueue);
    const aws::sqs::Attributes dead = co_await sqs_.get_queue_attributes(dead_);
    aws::sqs::Attributes attributes;
    if (!options_.settings.allow_no_dead_letter_queue) {
      base::JsonWriter policy;
      policy.begin_object().field("maxReceiveCount", std::int64_t{options_.max_receives});
      policy.field("deadLetterTargetArn", dead.find("QueueArn")->second).end_object();
      attributes["RedrivePolicy"] = policy.take();
    }
    queue_ = co_await sqs_.create_queue(kQueue, attributes);
    if (!options_.table_key.empty()) {
      co_await dynamodb_.create_table(kTable, options_.table_key);
    }
  }

  Task<> send(std::vector<std::string> bodies) {
    result_.messages.resize(bodies.size());
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      const aws::sqs::OutgoingMessage message{.body = bodies[i]};
      const aws::sqs::MessageId id = co_await sqs_.send(queue_, message);
      positions_[id.text()] = i;
    }
  }

  Task<> work(Process& process) {
    worker::Settings settings = options_.settings;
    settings.queue = kQueue;
    settings.table = options_.table_key.empty() ? std::string() : kTable;
    settings.dead_letter_queue = settings.allow_no_dead_letter_queue ? std::string() : kDeadQueue;
    worker::Service::Seams seams{process.env(), process.transport(), testkit::local_target(),
                                 testkit::local_credentials(), "test"};
    std::vector<worker::Consumer> consumers;
    consumers.push_back(worker::Consumer{std::move(settings), handler_});
    service_ = &process.keep(std::make_unique<worker::Service>(std::move(seams), std::move(consumers)));
    result_.status = co_await service_->run();
    ended_ = true;
  }

  void stop() {
    if (service_ != nullptr && !ended_) {
      service_->request_stop("the end of the test");
      simulation_.run_while([this] { return !ended_; }, simulation_.now() + 1h);
    }
    if (result_.status == 2) {
      throw std::runtime_error("the worker could not start: " + failure_);
    }
  }

  Task<> look() {
    result_.left = co_await take_all(queue_);
    result_.dead = co_await take_all(dead_);
    aws::dynamodb::ScanRequest request;
    request.table = kTable;
    while (!options_.table_key.empty()) {
      aws::dynamodb::Page page = co_await dynamodb_.scan(request);
      std::ranges::move(page.items, std::back_inserter(result_.items));
      request.start_key = page.last_key;
      if (page.last_key.empty()) {
        break;
      }
    }
  }

  // Receives and deletes all messages, also those that a retry's delay still hides.
  Task<std::vector<std::string>> take_all(aws::sqs::QueueUrl queue) {
    std::vector<std::string> bodies;
    for (;;) {
      const aws::sqs::ReceiveOptions receive{.wait = 20s, .visibility = 12h};
      const std::vector<aws::sqs::Message> messages = co_await sqs_.receive(queue, receive);
      for (const aws::sqs::Message& message : messages) {
        bodies.push_back(message.body);
        co_await sqs_.delete_message(queue, message.receipt_handle);
      }
      const bool more = co_await holds_messages(queue);
      if (!more) {
        co_return bodies;
      }
    }
  }

  Task<bool> holds_messages(aws::sqs::QueueUrl queue) {
    const aws::sqs::Attributes attributes = co_await sqs_.get_queue_attributes(queue);
    co_return attributes.find("ApproximateNumberOfMessages")->second != "0" ||
        attributes.find("ApproximateNumberOfMessagesNotVisible")->second != "0";
  }

  void note(const runtime::Event& event) {
    result_.event_lines.push_back(testkit::Trace::text(event));
    if (event.spec.name == worker::events::kFailed.name) {
      failure_ = std::get<std::string_view>(*event.find("error"));
    }
    const runtime::Value* id = event.find("message_id");
    const auto position = id != nullptr ? positions_.find(std::get<std::string_view>(*id)) : positions_.end();
    if (position == positions_.end()) {
      return;
    }
    MessageResult& message = result_.messages[position->second];
    if (const runtime::Value* reason = event.find("reason"); reason != nullptr) {
      message.last_reason = std::get<std::string_view>(*reason);
    }
    if (event.spec.name == worker::events::kRetried.name) {
      ++message.retries;
    } else if (event.spec.name == worker::events::kSucceeded.name) {
      settle(message, MessageResult::End::kDone);
    } else if (event.spec.name == worker::events::kRejected.name) {
      settle(message, MessageResult::End::kRejected);
    } else if (event.spec.name == worker::events::kDropped.name) {
      settle(message, MessageResult::End::kDropped);
    }
  }

  void settle(MessageResult& message, MessageResult::End end) {
    settled_ += message.end == MessageResult::End::kLeft ? 1U : 0U;
    message.end = end;
    message.took = simulation_.now() - started_;
  }

  const Options& options_;
  worker::AnyHandler handler_;
  Result result_;
  std::map<std::string, std::size_t, std::less<>> positions_;  // Index in Result::messages, by message id.
  std::size_t settled_ = 0;
  runtime::TimePoint started_;
  worker::Service* service_ = nullptr;
  bool ended_ = false;
  std::string failure_;
  aws::sqs::QueueUrl queue_;
  aws::sqs::QueueUrl dead_;
  testkit::Simulation simulation_;
  Process& server_;
  Process& worker_;
  Process& hand_;
  aws::sqs::SqsClient sqs_;
  aws::dynamodb::DynamoDbClient dynamodb_;
};

}  // namespace

bool Result::all_done() const {
  return std::ranges::all_of(messages, [](const MessageResult& one) { return one.end == MessageResult::End::kDone; });
}

Result run(worker::AnyHandler handler, const std::vector<std::string>& bodies, const Options& options) {
  return Run(options, std::move(handler)).run(bodies);
}

}  // namespace ekiden::test
