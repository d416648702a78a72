#include "actor_fixture.hpp"

#include <ekiden/testkit/local_server.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace ekiden::worker {

using namespace std::chrono_literals;
using testkit::local_credentials;
using testkit::local_target;

Books::Books(testkit::Process& process, Settings with, MemoryBudget budget, std::chrono::seconds visibility)
    : settings(std::move(with)),
      sqs(process.env(), process.transport(), local_credentials(), local_target()),
      dynamodb(process.env(), process.transport(), local_credentials(), local_target()),
      pulse(process.clock()),
      memory(std::make_shared<MemoryBudget>(std::move(budget))),
      outages(process.env(), "news"),
      deletes(outages, "delete", "news"),
      extensions(outages, "extension", "news"),
      dead_letters(outages, "dead_letter_queue", "news-dead"),
      leases(process.clock(), *memory, {deletes, extensions}, visibility, settings.delete_linger),
      writes(outages, process.clock(), activity, settings.write_linger),
      mailbox(settings.max_in_flight) {
  outages.on_change([this](std::string_view) {
    leases.room_made().notify_all();
    leases.work_arrived().notify_all();
    writes.work_arrived().notify_all();
  });
}

ActorFixture::ActorFixture()
    : sqs_(tools_.keep(std::make_unique<aws::sqs::SqsClient>(tools_.env(), tools_.transport(), local_credentials(),
                                                             local_target()))),
      dynamodb_(tools_.keep(std::make_unique<aws::dynamodb::DynamoDbClient>(tools_.env(), tools_.transport(),
                                                                            local_credentials(), local_target()))) {
  local::ServiceOptions options;
  options.changing_faults = [this] { return faults_; };
  simulation_.start(server_, testkit::local_server(std::move(options)));
  simulation_.network().observe([this](const testkit::SimNetwork::Answered& answered) {
    if (&answered.client == &process_) {
      requests_.push_back({testkit::SimNetwork::operation(answered.request), answered.request.body});
    }
  });
  process_.on_event([this](const runtime::Event& event) { ++events_[std::string(event.spec.name)]; });
  queue_ = ask(sqs_.create_queue("news", {{"VisibilityTimeout", std::to_string(kVisibility.count())}}));
  ask(dynamodb_.create_table(kTable, {{.name = "id"}}));
}

Books& ActorFixture::books() {
  if (books_ == nullptr) {
    books_ = &make<Books>(process_, settings_, budget_.value_or(MemoryBudget()), kVisibility);
  }
  return *books_;
}

void ActorFixture::start(runtime::Actor& actor) {
  auto run = [](runtime::Actor& who, bool& running) -> Task<> {
    co_await who.run();
    running = false;
  };
  running_ = true;
  simulation_.start(process_, run(actor, running_));
}

void ActorFixture::stop(runtime::Actor& actor) {
  inside([&actor] { actor.request_stop(); });
}

bool ActorFixture::ends_within(runtime::Duration limit) {
  simulation_.run_while([this] { return running_; }, simulation_.now() + limit);
  return !running_;
}

void ActorFixture::inside(std::function<void()> act) {
  auto task = [](std::function<void()> what) -> Task<> {
    what();
    co_return;
  };
  simulation_.run(process_, task(std::move(act)));
}

void ActorFixture::send(std::size_t count, std::size_t bytes) {
  for (std::size_t i = 0; i < count; ++i) {
    std::string body = std::to_string(sent_++);
    body.resize(std::max(body.size(), bytes), '.');
    ask(sqs_.send(queue_, aws::sqs::OutgoingMessage{.body = std::move(body)}));
  }
}

std::vector<LeaseRef> ActorFixture::hold(std::size_t count) {
  std::vector<LeaseRef> leases;
  while (leases.size() < count) {
    const aws::sqs::ReceiveOptions options{.messages_max = std::min(count - leases.size(), aws::sqs::kBatchMax)};
    for (aws::sqs::Message& message : ask(sqs_.receive(queue_, options))) {
      inside([&] {
        leases.push_back(
            *books().leases.add(std::move(message.receipt_handle), message.id.text(), process_.clock().now()));
      });
    }
  }
  return leases;
}

std::size_t ActorFixture::count_of(const char* attribute) {
  const aws::sqs::Attributes attributes = ask(sqs_.get_queue_attributes(queue_));
  return std::stoul(attributes.find(attribute)->second);
}

std::size_t ActorFixture::visible() { return count_of("ApproximateNumberOfMessages"); }

std::size_t ActorFixture::hidden() { return count_of("ApproximateNumberOfMessagesNotVisible"); }

std::optional<aws::dynamodb::Item> ActorFixture::item(const std::string& id) {
  return ask(dynamodb_.get_item(kTable, aws::dynamodb::Item{{"id", id}}));
}

std::vector<ActorFixture::Request> ActorFixture::requests(const std::string& operation) const {
  std::vector<Request> found;
  std::ranges::copy_if(requests_, std::back_inserter(found),
                       [&](const Request& request) { return request.operation == operation; });
  return found;
}

std::vector<std::size_t> ActorFixture::entries(const std::string& operation, const std::string& mark) const {
  std::vector<std::size_t> counts;
  for (const Request& request : requests(operation)) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = request.body.find(mark, at)) != std::string::npos; at += mark.size()) {
      ++count;
    }
    counts.push_back(count);
  }
  return counts;
}

std::size_t ActorFixture::events(const runtime::EventSpec& spec) const {
  const auto found = events_.find(spec.name);
  return found == events_.end() ? 0 : found->second;
}

}  // namespace ekiden::worker
