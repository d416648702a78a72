#include "pipeline.hpp"

#include <algorithm>

#include "handle/processor.hpp"
#include "lease/leases.hpp"
#include "receive/receiver.hpp"
#include "write/writer.hpp"

namespace ekiden::worker {

namespace {

using namespace std::chrono_literals;

// How a drain divides its time: the platform kills the process at stop_timeout. The receiver stops first, then handlers
// have Settings::drain_budget(); the rest is for writing and for releasing messages.
constexpr runtime::Duration kReceiverGrace = 1s;
constexpr runtime::Duration kWriterGrace = 1s;
constexpr runtime::Duration kLeasesGrace = 3s;
static_assert(kReceiverGrace + kWriterGrace + kLeasesGrace < Settings::kDrainReserve);

}  // namespace

Pipeline::Pipeline(Seams seams, const Settings& settings, Preflight found, AnyHandler handler, MemoryBudget memory)
    : seams_(seams),
      settings_(settings),
      found_(std::move(found)),
      handler_(std::move(handler)),
      pulse_(seams.env.clock),
      handlers_(seams.env.clock),
      memory_(std::make_shared<MemoryBudget>(std::move(memory))),
      leases_(seams.env.clock, *memory_, found_.visibility_timeout, settings.delete_linger),
      writes_(seams.env.clock, activity_, settings.write_linger),
      dead_letters_(seams.env, seams.sqs, found_.dead_letter_queue, found_.queue_name, pulse_),
      mailbox_(settings.max_in_flight),
      lent_{seams.env, seams.transport, writes_, settings_.table, settings_.options},
      first_receive_(seams.on_refused) {
  if (!settings_.table.empty()) {
    writes_.table(settings_.table).key_attributes = found_.key_attributes;
  }
}

std::vector<runtime::ChildSpec> Pipeline::children() {
  auto make_leases = [this] {
    return std::make_unique<Leases>(seams_.env, seams_.sqs, found_.queue, found_.queue_name, leases_, pulse_);
  };
  auto make_writer = [this] { return std::make_unique<Writer>(seams_.env, seams_.dynamodb, writes_, pulse_); };
  auto make_processor = [this] {
    return std::make_unique<Processor>(Processor::Seams{lent_, found_.queue_name, settings_, handler_, leases_,
                                                        activity_, pulse_, handlers_, dead_letters_, mailbox_});
  };
  auto make_receiver = [this] {
    return std::make_unique<Receiver>(Receiver::Seams{seams_.env, seams_.sqs, found_.queue, found_.queue_name,
                                                      found_.visibility_timeout, settings_, leases_, memory_, activity_,
                                                      pulse_, mailbox_, first_receive_, paused_});
  };
  using runtime::Restart;
  return {
      {.name = "leases", .make = make_leases, .restart = Restart::kPermanent, .shutdown_grace = kLeasesGrace},
      {.name = "writer", .make = make_writer, .restart = Restart::kPermanent, .shutdown_grace = kWriterGrace},
      {.name = "processor",
       .make = make_processor,
       .restart = Restart::kPermanent,
       .shutdown_grace = settings_.drain_budget()},
      {.name = "receiver", .make = make_receiver, .restart = Restart::kPermanent, .shutdown_grace = kReceiverGrace},
  };
}

void Pipeline::pause_receives(bool paused) {
  paused_ = paused;
  leases_.room_made().notify_all();
}

std::optional<runtime::Duration> Pipeline::stalled_for() const {
  const runtime::Duration still = pulse_.since_last();
  return !leases_.empty() && still >= settings_.stall_timeout ? std::optional(still) : std::nullopt;
}

// A supervisor that gave up can leave messages in the mailbox that its Processor never started. Their leases may
// already be released and gone, so they must not be used.
void Pipeline::forget_last_life() {
  while (mailbox_.try_receive()) {
    activity_.end();
  }
  leases_.release_all();
}

std::unique_ptr<runtime::Supervisor> Pipeline::make_supervisor() {
  forget_last_life();
  return std::make_unique<runtime::Supervisor>(seams_.env,
                                               runtime::SupervisorOptions{.name = found_.queue_name,
                                                                          .strategy = runtime::Strategy::kOneForOne,
                                                                          .intensity = settings_.restart_intensity,
                                                                          .backoff = settings_.restart_backoff},
                                               children());
}

}  // namespace ekiden::worker
