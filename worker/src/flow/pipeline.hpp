/// Pipeline: one queue's actors, and the books that outlive them.
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
#include "handle/running_handlers.hpp"
#include "lease/lease_book.hpp"
#include "start/first_receive.hpp"
#include "start/preflight.hpp"
#include "vitals/pulse.hpp"
#include "write/write_book.hpp"

namespace ekiden::worker {

/// Receiver -> Processor -> Writer, and Leases beside them. The supervisor starts them from the sink to the source and
/// stops them from the source to the sink, so that each drains into one that still runs.
class Pipeline {
 public:
  struct Seams {
    runtime::Env env;
    http::Transport& transport;
    aws::sqs::SqsClient& sqs;
    aws::dynamodb::DynamoDbClient& dynamodb;
    /// The queue refuses to be received from, and has never done otherwise.
    FirstReceive::OnGivenUp on_refused;
  };
  Pipeline(Seams seams, const Settings& settings, Preflight found, AnyHandler handler, MemoryBudget memory);

  const std::string& name() const { return found_.queue_name; }
  /// A fresh supervisor over fresh actors, when those of the last one have ended; the books stay.
  std::unique_ptr<runtime::Supervisor> make_supervisor();

  bool has_received() const { return first_receive_.succeeded(); }
  /// Messages received and not yet settled.
  std::size_t in_flight() const { return leases_.size(); }
  /// For how long nothing has moved, if that is longer than what is held may stand still; else nothing.
  std::optional<runtime::Duration> stalled_for() const;
  /// From now on oldest_handler() knows: when the handler that has run longest began, if one runs.
  void watch_handlers() { handlers_.watch(); }
  std::optional<runtime::TimePoint> oldest_handler() const { return handlers_.oldest(); }
  /// No new receives; those under way may bring their messages.
  void pause_receives(bool paused);
  const MemoryBudget& memory() const { return *memory_; }

 private:
  std::vector<runtime::ChildSpec> children();
  void forget_last_life();

  Seams seams_;
  const Settings& settings_;
  Preflight found_;
  AnyHandler handler_;
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
