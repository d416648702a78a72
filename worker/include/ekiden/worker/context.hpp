/// Context and Table: what a handler may reach.
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

/// One DynamoDB table, written in batches shared by all handlers.
class Table {
 public:
  /// Puts the item, replacing one of the same key. Returns when it is durable: awaiting it is what makes a message
  /// safe to delete. Throws aws::Error if DynamoDB refuses it for good, std::invalid_argument if it is larger than
  /// 400 KB or lacks a key attribute; throttles and outages are waited out.
  Task<> put(aws::dynamodb::Item item) const;

  /// As put(Item), of a struct with BOOST_DESCRIBE_STRUCT.
  template <Described T>
  Task<> put(const T& value) const {
    return put(encode(value));
  }

 private:
  friend class Context;
  Table(WriteBook& book, std::string name) : book_(&book), name_(std::move(name)) {}
  WriteBook* book_;
  std::string name_;
};

/// A handle on what surrounds one message; copyable, valid until its handler returns.
class Context {
 public:
  /// What the worker lends; it outlives every handler.
  struct Lent {
    runtime::Env env;
    http::Transport& transport;
    WriteBook& writes;
    const std::string& table;
    const std::map<std::string, std::string>& options;
  };
  Context(const Lent& lent, const Message& message) : lent_(&lent), message_(&message) {}

  const Message& message() const { return *message_; }

  /// The configured table (--table). Throws std::logic_error if none is.
  Table table() const;
  /// Any table of the same account.
  Table table(std::string name) const { return Table(lent_->writes, std::move(name)); }

  http::Transport& http() const { return lent_->transport; }
  runtime::Clock& clock() const { return lent_->env.clock; }
  runtime::Random& random() const { return lent_->env.random; }

  /// Runs `fn`, which blocks or computes for more than 1 ms, on a thread pool.
  template <typename Fn>
  auto offload(Fn fn) const {
    return lent_->env.offload.run(std::move(fn));
  }

  /// The application's own option of that name, or nothing if it has no value.
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
