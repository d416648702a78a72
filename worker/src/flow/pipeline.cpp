#include "pipeline.hpp"

#include <algorithm>

#include "handle/processor.hpp"
#include "lease/leases.hpp"
#include "receive/receiver.hpp"
#include "task_protection.hpp"
#include "write/writer.hpp"

namespace ekiden::worker {

namespace {

using namespace std::chrono_literals;

// How a drain divides its time: the platform kills the process at stop_timeout. Open receives and handlers have
// Settings::drain_budget(); the rest is for writing and for releasing messages. A short stop_timeout shortens all.
constexpr runtime::Duration part(runtime::Duration reserve, runtime::Duration stop_timeout) {
  const runtime::Duration whole = Settings::kDrainReserve;
  return stop_timeout < whole ? runtime::Duration(reserve.count() * (stop_timeout / 1ms) / (whole / 1ms)) : reserve;
}
constexpr runtime::Duration kReceiverGrace = 500ms;  // At least, for answers that are in flight.
constexpr runtime::Duration kWriterGrace = 1s;
constexpr runtime::Duration kLeasesGrace = 2500ms;
// Three stops in a row can each end in a cancellation.
static_assert(kReceiverGrace + kWriterGrace + kLeasesGrace + 3 * runtime::kAbandonAfter + kProtectionGrace <
              Settings::kDrainReserve);

}  // namespace

Pipeline::Pipeline(Seams seams, const Settings& settings, Preflight found, AnyHandler handler, MemoryBudget memory)
    : seams_(seams),
      settings_(settings),
      found_(std::move(found)),
      handler_(std::move(handler)),
      outages_(seams.env, found_.queue_name),
      delete_breaker_(outages_, "delete", found_.queue_name),
      extension_breaker_(outages_, Outages::kExtension, found_.queue_name),
      dead_letter_breaker_(outages_, "dead_letter_queue",
                           found_.dead_letter_queue ? std::string(found_.dead_letter_queue->name()) : std::string()),
      pulse_(seams.env.clock),
      handlers_(seams.env.clock, found_.queue_name, &seams.blocks),
      memory_(std::make_shared<MemoryBudget>(std::move(memory))),
      leases_(seams.env.clock, *memory_, {delete_breaker_, extension_breaker_}, found_.visibility_timeout,
              settings.delete_linger),
      writes_(outages_, seams.env.clock, activity_, settings.write_linger),
      dead_letters_({seams.env, seams.sqs, found_.dead_letter_queue, found_.queue_name, dead_letter_breaker_, pulse_}),
      mailbox_(settings.max_in_flight),
      lent_{seams.env, seams.transport, writes_, settings_.table, settings_.options},
      first_receive_(seams.on_refused) {
  outages_.on_change([this](std::string_view sink) {
    if (sink != Outages::kExtension) {
      pulse_.beat();  // A message that waits for the end of an outage is not stalled.
    }
    leases_.room_made().notify_all();
    leases_.work_arrived().notify_all();
    writes_.work_arrived().notify_all();
  });
  if (!settings_.table.empty()) {
    TableWrites& table = writes_.table(settings_.table);
    table.key_attributes = found_.key_attributes;
    table.proven = true;
  }
}

std::vector<runtime::ChildSpec> Pipeline::children() {
  auto make_leases = [this] {
    return std::make_unique<Leases>(seams_.env, seams_.sqs, found_.queue, found_.queue_name, leases_, pulse_);
  };
  auto make_writer = [this] { return std::make_unique<Writer>(seams_.env, seams_.dynamodb, writes_, pulse_); };
  auto make_processor = [this] {
    return std::make_unique<Processor>(Processor::Seams{lent_, found_.queue_name, settings_, handler_, leases_,
                                                        activity_, pulse_, handlers_, dead_letters_, done_, mailbox_});
  };
  auto make_receiver = [this] {
    return std::make_unique<Receiver>(Receiver::Seams{seams_.env, seams_.sqs, found_.queue, found_.queue_name,
                                                      found_.visibility_timeout, settings_, leases_, memory_, activity_,
                                                      pulse_, mailbox_, first_receive_, paused_, outages_});
  };
  using runtime::Restart;
  const runtime::Duration limit = settings_.stop_timeout;
  const runtime::Duration budget = settings_.drain_budget();
  return {
      {.name = "leases",
       .make = make_leases,
       .restart = Restart::kPermanent,
       .shutdown_grace = part(kLeasesGrace, limit)},
      {.name = "writer",
       .make = make_writer,
       .restart = Restart::kPermanent,
       .shutdown_grace = part(kWriterGrace, limit)},
      {.name = "processor",
       .make = make_processor,
       .restart = Restart::kPermanent,
       .shutdown_grace = budget,
       .stops_with_next = true},
      {.name = "receiver",
       .make = make_receiver,
       .restart = Restart::kPermanent,
       .shutdown_grace = std::max(budget, part(kReceiverGrace, limit))},
  };
}

void Pipeline::pause_receives(bool paused) {
  paused_ = paused;
  leases_.room_made().notify_all();
}

std::optional<runtime::Duration> Pipeline::stalled_for() const {
  const runtime::Duration still = pulse_.since_last();
  return !leases_.empty() && !outages_.holds_up() && !paused_ && still >= settings_.stall_timeout ? std::optional(still)
                                                                                                  : std::nullopt;
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
  return std::make_unique<runtime::Supervisor>(
      seams_.env,
      runtime::SupervisorOptions{.name = found_.queue_name,
                                 .strategy = runtime::Strategy::kOneForOne,
                                 .intensity = settings_.restart_intensity,
                                 .backoff = settings_.restart_backoff,
                                 .abandon_after = part(runtime::kAbandonAfter, settings_.stop_timeout)},
      children());
}

}  // namespace ekiden::worker
