/// Connection: one client connection of a Server.
#pragma once

#include <ekiden/http/server.hpp>
#include <ekiden/runtime/task_group.hpp>
#include <ekiden/runtime/waiter.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <string>
#include <vector>

#include "loop_waiter.hpp"
#include "request_parser.hpp"
#include "response_text.hpp"

namespace ekiden::http {

/// Shared by the connections of a server. Outlives them.
struct Serving {
  runtime::Clock& clock;
  ServerOptions options;
  Handler handler;
  HttpDate date{};
  bool stopping = false;
  bool crowded = false;        // A client waits for a connection to end or to become idle,
  runtime::Condition freed{};  // which this reports.
};

/// Reads by callback and answers in a task, so that a read is pending while the handler runs and detects a client that
/// is gone. A request costs two receives (one finds nothing) and one send, and no timer operation.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Serving& serving, boost::asio::ip::tcp::socket socket);

  /// Serves the connection until it ends. Throws only if it is cancelled.
  static runtime::Task<> serve(std::shared_ptr<Connection> self);

  /// The task that runs serve(); the reader cancels it.
  void set_task(runtime::TaskGroup::Handle task) { task_ = std::move(task); }
  /// Closes the connection if it is idle; otherwise it ends after the current answer.
  void stop_if_idle();
  void close() noexcept;

  /// What a new client may take the place of. kBusy: of nothing, because a request is being handled, or moves fast.
  enum class Use { kEnding, kIdle, kSlow, kBusy };
  Use use(runtime::TimePoint now) const;
  /// Since when it is idle or slow.
  runtime::TimePoint since() const { return since_; }
  /// Ends the connection at the next turn of the loop. Call it only if the connection is not busy.
  void give_way();

 private:
  enum class Phase { kIdle, kReading, kHandling, kWriting, kLingering };

  void enter(Phase phase);
  void arm(runtime::TimePoint deadline);
  void on_alarm();
  runtime::TimePoint deadline() const;

  RequestParser::Result parse();
  bool awaits_more() const;
  bool is_full() const;
  void read_more();
  void on_read(const boost::system::error_code& error, std::size_t size);
  void wake();
  void wake_now();

  runtime::Task<> wait_for_bytes();
  runtime::Task<> answer(bool keep);
  runtime::Task<> refuse(int status, std::string_view reason);
  runtime::Task<> send();
  runtime::Task<> linger();
  bool send_now();

  Serving& serving_;
  boost::asio::ip::tcp::socket socket_;
  runtime::TaskGroup::Handle task_;
  RequestParser parser_;

  std::vector<char> input_;
  std::size_t input_begin_ = 0;
  std::size_t input_end_ = 0;
  std::string output_;
  std::size_t output_sent_ = 0;

  Phase phase_ = Phase::kIdle;
  bool reading_ = false;  // A read is pending.
  bool ended_ = false;    // The peer closed, or the socket failed.
  bool expired_ = false;  // The deadline of the current phase has passed.
  std::shared_ptr<LoopWaiter> waiter_;

  bool sending_ = false;      // Waits until the client reads.
  runtime::TimePoint since_;  // When the current phase began.
  std::size_t moved_ = 0;     // Bytes that arrived or left since then.
  // Checked lazily: the alarm is not moved with the deadline; when it fires, it checks the deadline again.
  runtime::TimePoint alarm_at_{};
  runtime::Clock::Alarm alarm_;
  bool alarm_armed_ = false;
};

}  // namespace ekiden::http
