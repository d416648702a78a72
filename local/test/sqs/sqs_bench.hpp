/// A database with the tables of SQS, a clock that the test moves, and short functions for the operations.
#pragma once

#include <ekiden/runtime/random.hpp>

#include <chrono>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sqs/execute.hpp"
#include "sqs/schema.hpp"
#include "store/database.hpp"
#include "store/session.hpp"

namespace ekiden::local::sqs {

class Bench {
 public:
  Bench() { create_tables(database); }

  /// Calls `operation` with a Session, and stores its effects in `effects`.
  template <typename Fn>
  auto with_session(Fn operation) {
    effects = {};
    Session session{.database = database,
                    .random = random,
                    .now = runtime::WallTime(std::chrono::milliseconds(now_ms)),
                    .strict_purge = strict_purge};
    if (partial_rate > 0) {
      session.refuse_entry = [this] { return random.chance(partial_rate); };
    }
    auto result = operation(session);
    effects = std::move(session.effects);
    return result;
  }

  template <typename T>
  T run(const Request& request) {
    return std::get<T>(with_session([&](Session& session) { return execute(session, request); }));
  }

  void create(std::string_view name, Attributes attributes = {}) {
    run<QueueUrlResult>(CreateQueue{name, std::move(attributes), {}});
  }
  SendResult send(std::string_view queue, std::string_view body) { return send(queue, body, std::nullopt); }
  SendResult send(std::string_view queue, std::string_view body, std::optional<std::int64_t> delay_s) {
    SendMessage request;
    request.queue = queue;
    request.entries.emplace_back();
    request.entries.back().body = body;
    request.entries.back().delay_s = delay_s;
    return run<SendResult>(request);
  }
  std::vector<Received> receive(std::string_view queue, std::int64_t max = 10,
                                std::optional<std::int64_t> visibility_s = std::nullopt) {
    ReceiveMessage request;
    request.queue = queue;
    request.max_messages = max;
    request.visibility_s = visibility_s;
    request.system_names = {"All"};
    request.attribute_names = {"All"};
    return run<ReceiveResult>(request).messages;
  }
  void remove(std::string_view queue, std::string_view handle) {
    DeleteMessage request;
    request.queue = queue;
    request.entries.push_back({.id = {}, .handle = handle, .visibility_s = std::nullopt});
    run<EntriesResult>(request);
  }
  void hide(std::string_view queue, std::string_view handle, std::int64_t visibility_s) {
    ChangeVisibility request;
    request.queue = queue;
    request.entries.push_back({.id = {}, .handle = handle, .visibility_s = visibility_s});
    run<EntriesResult>(request);
  }
  /// The value of an attribute, "" if there is none.
  std::string attribute(std::string_view queue, std::string_view name) {
    const auto result = run<AttributesResult>(GetQueueAttributes{queue, {name}});
    return result.attributes.empty() ? std::string() : result.attributes.front().second;
  }
  void pass(std::int64_t seconds) { now_ms += seconds * 1'000; }

  Database database;
  runtime::Random random{7};
  Effects effects;
  std::int64_t now_ms = 1'482'105'600'000;
  double partial_rate = 0;
  bool strict_purge = false;
};

inline std::vector<std::string> bodies(const std::vector<Received>& messages) {
  std::vector<std::string> out;
  for (const Received& message : messages) {
    out.push_back(message.body);
  }
  return out;
}

inline std::string system_attribute(const Received& message, std::string_view name) {
  for (const auto& [key, value] : message.system) {
    if (key == name) {
      return value;
    }
  }
  return {};
}

}  // namespace ekiden::local::sqs
