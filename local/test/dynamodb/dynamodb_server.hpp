/// DynamoDbServer: the local DynamoDB on a database in memory, for its tests.
#pragma once

#include <ekiden/http/messages.hpp>
#include <ekiden/runtime/random.hpp>

#include <functional>
#include <string>
#include <string_view>

#include "store/database.hpp"
#include "store/effects.hpp"

namespace ekiden::local {

/// Requests and answers are JSON with ' instead of ", which is more readable in C++.
class DynamoDbServer {
 public:
  DynamoDbServer();

  /// Creates a table with the hash key "id" (S), or with "id" (S) and "ts" (N).
  void create_hash_table(std::string_view name);
  void create_range_table(std::string_view name);

  /// Sends a request unchanged.
  http::HttpResponse send(std::string_view operation, std::string body);

  /// The answer's body, with ' instead of ". Fails the test if the status is not 200.
  std::string call(std::string_view operation, std::string_view body);
  /// The message of an error. Fails the test if the status is not 400.
  std::string refusal(std::string_view operation, std::string_view body);

  Effects effects;                     ///< Of the latest request.
  std::function<bool()> refuse_entry;  ///< Passed to the operations.
  Database database;

 private:
  runtime::Random random_{7};
};

/// True if two texts, with ' instead of ", are the same JSON.
bool same_json(std::string_view a, std::string_view b);

/// The unchanged `__type` of an answer; empty if it has none. Fails the test if the body is not a JSON object.
std::string error_type(const http::HttpResponse& response);

/// `{'name': value}` -> value, as JSON text; empty if there is none.
std::string member(std::string_view json, std::string_view name);

}  // namespace ekiden::local
