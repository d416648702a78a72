#include <ekiden/base/exit_status.hpp>
#include <ekiden/runtime/run_owning.hpp>
#include <ekiden/runtime/supervisor.hpp>
#include <ekiden/worker/events.hpp>
#include <ekiden/worker/failure_text.hpp>
#include <ekiden/worker/service.hpp>

#include <algorithm>
#include <iterator>
#include <optional>

#include "flow/stall_watch.hpp"
#include "memory/memory_plan.hpp"
#include "pipeline.hpp"
#include "start/preflight.hpp"
#include "task_protection.hpp"

namespace ekiden::worker {

namespace {

using namespace std::chrono_literals;

// A pipeline that gives up is restarted once within 60 s. If it gives up again, the process ends and the platform
// replaces it.
constexpr runtime::RestartIntensity kRootIntensity{1, 60s};

// "receiver is restarting" for the first actor from `actor` down that does not run; empty if all run.
std::string who_is_down(const runtime::ActorStatus& actor) {
  if (actor.state != "running") {
    return actor.name + " is " + actor.state;
  }
  for (const runtime::ActorStatus& child : actor.children) {
    if (std::string down = who_is_down(child); !down.empty()) {
      return down;
    }
  }
  return {};
}

}  // namespace

struct Service::Parts {
  Parts(Seams of, std::vector<Consumer> from)
      : seams(std::move(of)),
        consumers(std::move(from)),
        sqs(seams.env, seams.transport, seams.credentials, seams.target),
        dynamodb(seams.env, seams.transport, seams.credentials, seams.target),
        starting(seams.env.executor),
        beside(seams.env.executor) {}

  void add_pipeline(const Consumer& consumer, Preflight found) {
    const Pipeline::Seams lent{seams.env, seams.transport, sqs,
                               dynamodb,  blocks,          [this](const aws::Error& error) { refuse(error); }};
    MemoryBudget memory = plan_memory(seams.memory_limit, consumers.size(), found.queue_name, found.message_max);
    pipelines.push_back(
        std::make_unique<Pipeline>(lent, consumer.settings, std::move(found), consumer.handler, std::move(memory)));
  }

  Task<> start() {
    for (const Consumer& consumer : consumers) {
      require_standard_queues(consumer.settings);
    }
    std::vector<Preflight> found;
    for (const Consumer& consumer : consumers) {
      Preflight one = co_await preflight(seams.env, {sqs, dynamodb, seams.target, waiting_for}, consumer.settings);
      found.push_back(std::move(one));
    }
    require_different_queues(found);
    for (std::size_t i = 0; i < consumers.size(); ++i) {
      add_pipeline(consumers[i], std::move(found[i]));
    }
  }

  // A start error that shows only at the first receives. The worker ends, because with one unusable queue it can never
  // become ready. It settles the messages of its other queues first.
  void refuse(const aws::Error& error) {
    if (!draining && !refusal) {
      refusal = failure_text(error, seams.target);
      root->request_stop();
    }
  }

  void build_root() {
    std::vector<runtime::ChildSpec> children;
    for (const auto& pipeline : pipelines) {
      auto make = [&pipeline = *pipeline]() -> std::unique_ptr<runtime::Actor> { return pipeline.make_supervisor(); };
      // All queues drain at the same time. Each supervisor limits the time of its actors.
      children.push_back({.name = pipeline->name(),
                          .make = std::move(make),
                          .restart = runtime::Restart::kPermanent,
                          .shutdown_grace = std::nullopt,
                          .stops_with_next = true});
    }
    root = std::make_unique<runtime::Supervisor>(
        seams.env, runtime::SupervisorOptions{.name = "worker", .intensity = kRootIntensity}, std::move(children));
  }

  // Runs the root supervisor and the task protection. The protection ends with the root, however the root ends.
  Task<> run_root() {
    if (seams.task_protection.automatic) {
      protection.emplace(seams.env, seams.transport, seams.task_protection, consumers.front().settings.drain_budget(),
                         pipelines);
      beside.spawn(protection->run());
    }
    co_await runtime::run_owning(root->run(), [this] { return end_protection(); }, runtime::Shielding::kAlways);
  }

  Task<> end_protection() {
    if (protection) {
      beside.cancel();
      co_await beside.join();
      co_await protection->release_at_the_end();
    }
  }

  std::size_t in_flight() const {
    std::size_t count = 0;
    for (const auto& pipeline : pipelines) {
      count += pipeline->in_flight();
    }
    return count;
  }

  Seams seams;
  std::vector<Consumer> consumers;
  aws::sqs::SqsClient sqs;
  aws::dynamodb::DynamoDbClient dynamodb;
  BlockWatch blocks{seams.env.clock, seams.env.events};
  runtime::TaskGroup starting;
  runtime::TaskGroup beside;
  std::vector<std::unique_ptr<Pipeline>> pipelines;
  std::unique_ptr<runtime::Supervisor> root;
  std::optional<TaskProtection> protection;
  std::string waiting_for;             // Why the start waits for a table; empty: it does not.
  std::optional<std::string> refusal;  // Why a queue has rejected all receives from the start.
  bool draining = false;
};

Service::Service(Seams seams, std::vector<Consumer> consumers)
    : parts_(std::make_unique<Parts>(std::move(seams), std::move(consumers))) {}

Service::~Service() = default;

Task<int> Service::run() {
  Parts& parts = *parts_;
  const runtime::Events& events = parts.seams.env.events;
  std::optional<std::string> failure;
  int status = base::kExitDone;
  try {
    parts.starting.spawn(parts.start());
    co_await parts.starting.join();
  } catch (const StartError& error) {
    failure = error.what();
    status = base::kExitWrongUsage;
  }
  if (!failure && !parts.draining) {
    const std::string target = parts.seams.target.describe();
    for (const Consumer& consumer : parts.consumers) {
      events.publish(events::kStarted,
                     {std::string_view(consumer.settings.queue), std::string_view(consumer.settings.table),
                      std::string_view(parts.seams.version), std::string_view(target)});
    }
    parts.build_root();
    const StallWatch watch(parts.seams.env, parts.pipelines, parts.draining);
    try {
      co_await parts.run_root();
    } catch (const runtime::Escalation& escalation) {
      failure = escalation.what();
      status = base::kExitFailed;
    }
  }
  if (parts.refusal) {
    failure = parts.refusal;
    status = base::kExitWrongUsage;
  }
  if (failure) {
    events.publish(events::kFailed, {std::string_view(*failure)});
  } else if (parts.in_flight() > 0 || left_running()) {
    status = base::kExitFailed;
  }
  // If nothing started, worker.failed stays the last line.
  if (status != base::kExitWrongUsage || parts.in_flight() > 0) {
    events.publish(events::kStopped, {static_cast<std::int64_t>(parts.in_flight()), static_cast<std::int64_t>(status)});
  }
  co_return status;
}

void Service::request_stop(std::string_view reason) noexcept {
  Parts& parts = *parts_;
  if (std::exchange(parts.draining, true)) {
    return;
  }
  parts.seams.env.events.publish(events::kDraining, {reason});
  parts.starting.cancel();
  if (parts.root) {
    parts.root->request_stop();
  }
}

void Service::hurry() noexcept {
  Parts& parts = *parts_;
  if (parts.draining && parts.root) {
    parts.root->request_stop();
  }
}

bool Service::left_running() const { return parts_->root && parts_->root->left_running(); }

runtime::Status Service::status() const {
  const Parts& parts = *parts_;
  runtime::Status status;
  status.draining = parts.draining && !parts.refusal;  // A drain that ends a failed start is not healthy.
  if (parts.root) {
    status.root = parts.root->status();
  } else {
    status.root.name = "worker";
    status.root.state = "starting";
  }
  const bool received = !parts.pipelines.empty() && parts.pipelines.size() == parts.consumers.size() &&
                        std::ranges::all_of(parts.pipelines, [](const auto& one) { return one->has_received(); });
  status.waiting = !parts.waiting_for.empty();
  status.detail = parts.refusal    ? *parts.refusal
                  : parts.draining ? "draining"
                  : status.waiting ? parts.waiting_for
                  : !received      ? "no receive has succeeded yet"
                                   : who_is_down(status.root);
  if (status.detail.empty()) {
    status.detail = who_is_stalled(parts.pipelines);
  }
  status.ready = status.detail.empty();
  if (parts.protection) {
    status.figures.push_back({"ekiden_task_protected", {}, parts.protection->in_force() ? 1.0 : 0.0});
  }
  for (const auto& pipeline : parts.pipelines) {
    const auto add = [&status, &pipeline](const char* name, auto value) {
      status.figures.push_back({name, {{"queue", pipeline->name()}}, static_cast<double>(value)});
    };
    add("ekiden_messages_in_flight", pipeline->in_flight());
    add("ekiden_messages_remembered", pipeline->done_messages().size());
    for (const char* const sink : {"table", "dead_letter_queue", "delete"}) {
      status.figures.push_back({"ekiden_outage",
                                {{"queue", pipeline->name()}, {"sink", sink}},
                                pipeline->outages().open(sink) > 0 ? 1.0 : 0.0});
    }
    std::ranges::move(pipeline->outages().open(), std::back_inserter(status.outages));
    if (const std::optional<std::uint64_t> bound = pipeline->memory().bytes()) {
      add("ekiden_messages_memory_bytes", pipeline->memory().used());
      add("ekiden_messages_memory_limit_bytes", *bound);
    }
  }
  return status;
}

bool Service::crash(const std::string& actor) { return parts_->root && parts_->root->crash(actor); }

std::size_t Service::in_flight() const { return parts_->in_flight(); }

}  // namespace ekiden::worker
