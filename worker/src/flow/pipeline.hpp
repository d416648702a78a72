/// Pipeline: the actors of one queue, and the state that outlives them.
#pragma once

#include <ekiden/aws/dynamodb/client.hpp>
#include <ekiden/aws/sqs/client.hpp>
#include <ekiden/runtime/mailbox.hpp>
#include <ekiden/runtime/supervisor.hpp>
#include <ekiden/worker/handler.hpp>
#include <ekiden/worker/settings.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "handle/dead_letters.hpp"
#include "handle/delivery.hpp"
#include "handle/done_messages.hpp"
#include "handle/running_handlers.hpp"
#include "lease/lease_book.hpp"
#include "outage/breaker.hpp"
#include "start/first_receive.hpp"
#include "start/preflight.hpp"
#include "vitals/pulse.hpp"
#include "write/write_book.hpp"

namespace ekiden::worker {

/// Receiver -> Processor -> Writer, and Leases. The supervisor starts the actors from the sink to the source and stops
/// them from the source to the sink, so each actor drains into one that still runs.
class Pipeline {
 public:
  struct Seams {
    runtime::Env env;
    http::Transport& transport;
    aws::sqs::SqsClient& sqs;
    aws::dynamodb::DynamoDbClient& dynamodb;
    BlockWatch& blocks;
    /// Called if SQS rejected the receives and none has ever succeeded.
    FirstReceive::OnGivenUp on_refused;
  };
  Pipeline(Seams seams, const Settings& settings, Preflight found, AnyHandler handler, MemoryBudget memory);

  const std::string& name() const { return found_.queue_name; }
  /// Makes a new supervisor with new actors. The actors of the previous supervisor must have ended. LeaseBook and
  /// WriteBook keep their contents.
  std::unique_ptr<runtime::Supervisor> make_supervisor();

  bool has_received() const { return first_receive_.succeeded(); }
  /// Messages received and not yet settled.
  std::size_t in_flight() const { return leases_.size(); }
  /// The time since the last progress if it exceeds Settings::stall_timeout and messages are held; otherwise empty. A
  /// message that waits for the end of an outage or of a pause, or for memory, is not stalled: a replaced worker would
  /// wait, too, and each replacement costs the message a receive.
  std::optional<runtime::Duration> stalled_for() const;
  /// Enables oldest_handler(): the time at which the longest-running handler began; empty if none runs.
  void watch_handlers() { handlers_.watch(); }
  std::optional<runtime::TimePoint> oldest_handler() const { return handlers_.oldest(); }
  /// Stops or resumes new receives. Receives in flight still deliver their messages.
  void pause_receives(bool paused);
  const MemoryBudget& memory() const { return *memory_; }
  const Outages& outages() const { return outages_; }
  const DoneMessages& done_messages() const { return done_; }

 private:
  std::vector<runtime::ChildSpec> children();
  void forget_last_life();

  Seams seams_;
  const Settings& settings_;
  Preflight found_;
  AnyHandler handler_;
  Outages outages_;
  Breaker delete_breaker_;
  Breaker extension_breaker_;
  Breaker dead_letter_breaker_;
  DoneMessages done_;
  Activity activity_;
  Pulse pulse_;
  RunningHandlers handlers_;
  std::shared_ptr<MemoryBudget> memory_;
  LeaseBook leases_;
  WriteBook writes_;
  DeadLetters dead_letters_;
  runtime::Mailbox<Delivery> mailbox_;
  Context::Lent lent_;
  FirstReceive first_receive_;
  bool paused_ = false;
};

}  // namespace ekiden::worker
