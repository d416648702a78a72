/// Context and Table: what a handler can use besides its message.
#pragma once

#include <ekiden/aws/dynamodb/value.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/worker/encode.hpp>
#include <ekiden/worker/message.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ekiden::worker {

class WriteBook;
class Context;

/// One DynamoDB table. Writes of all handlers share batches.
class Table {
 public:
  /// Puts the item and replaces an item with the same key. Returns once the item is durable: await it before the
  /// handler ends, or the message can be deleted before its item is stored. If several puts of the same key wait,
  /// only the last one is sent, and all return when it is durable. Throttling and outages are retried without limit.
  /// Throws aws::Error if DynamoDB rejects the item with an error that a retry cannot fix,
  /// aws::dynamodb::NumberError, which rejects the message, if DynamoDB cannot store one of its numbers, and
  /// std::invalid_argument if the item is larger than 400 KiB or lacks a key attribute.
  ///
  ///   const aws::dynamodb::Item item{{"user_id", "u1"}, {"count", 3}};
  ///   co_await context.table().put(item);
  Task<> put(aws::dynamodb::Item item) const;

  /// Like put(Item), for a struct with BOOST_DESCRIBE_STRUCT: encode() makes the item.
  template <Described T>
  Task<> put(const T& value) const {
    return put(detail::to_item(value));
  }

 private:
  friend class Context;
  Table(WriteBook& book, std::string name) : book_(&book), name_(std::move(name)) {}
  WriteBook* book_;
  std::string name_;
};

/// Access to one message's surroundings. Cheap to copy; valid until the handler of its message returns.
class Context {
 public:
  /// What all contexts of a worker share. It outlives every handler.
  struct Lent {
    runtime::Env env;
    http::Transport& transport;
    WriteBook& writes;
    const std::string& table;
    const std::map<std::string, std::string>& options;
  };
  Context(const Lent& lent, const Message& message) : lent_(&lent), message_(&message) {}

  const Message& message() const { return *message_; }

  /// The configured table (--table). Throws std::logic_error if none is configured.
  Table table() const;
  /// Any other table of the same account and region.
  Table table(std::string name) const { return Table(lent_->writes, std::move(name)); }

  /// The worker's HTTP client, for requests of the handler's own.
  http::Transport& http() const { return lent_->transport; }
  /// Use this clock instead of std::chrono's, so that a simulation can run the handler in virtual time.
  runtime::Clock& clock() const { return lent_->env.clock; }
  /// Use this source of randomness, so that a simulation can repeat a run from its seed.
  runtime::Random& random() const { return lent_->env.random; }

  /// Runs `fn` on a thread pool and returns its result. Use it for code that blocks, or computes for more than 1 ms:
  /// the worker has one event loop, and such code would stop all other handlers.
  ///
  ///   const std::string text = co_await context.offload([path] { return read_file(path); });
  template <typename Fn>
  auto offload(Fn fn) const {
    return lent_->env.offload.run(std::move(fn));
  }

  /// The value of the application's own option `name`; empty if it has no value.
  std::optional<std::string> option(std::string_view name) const;

 private:
  const Lent* lent_;
  const Message* message_;
};

}  // namespace ekiden::worker

namespace ekiden {
using worker::Context;
using worker::Table;
}  // namespace ekiden
