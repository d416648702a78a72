/// Operation: the type of a DynamoDB operation, and helpers for its answer.
#pragma once

#include <ekiden/base/json/writer.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

#include "request.hpp"
#include "store/session.hpp"

namespace ekiden::local::dynamodb {

/// The answer of an operation.
struct JsonResponse {
  int status = 200;
  std::string body;
};

/// One operation. Throws DatabaseError, or, before it has written anything, DynamoDbRefusal.
using OperationFunction = JsonResponse (*)(Session& session, json::object& body);

/// Writes a JSON object, member by member.
class AnswerBody {
 public:
  AnswerBody() { json_.begin_object(); }

  /// `json` is added unchanged.
  AnswerBody& add(std::string_view name, std::string_view json) {
    json_.key(name).raw(json);
    return *this;
  }
  AnswerBody& text(std::string_view name, std::string_view value) {
    json_.field(name, value);
    return *this;
  }
  std::string take() { return json_.end_object().take(); }

 private:
  base::JsonWriter json_;
};

/// `ReturnConsumedCapacity`, already checked.
enum class Capacity { kNone, kTotal, kIndexes };
Capacity capacity_wanted(json::object& body);
/// Makes a ConsumedCapacity object. `half_units`: an eventually consistent read costs half a unit.
std::string capacity_json(Capacity wanted, std::string_view table, std::int64_t half_units);
/// 1 unit for each KB of a write, or for each 4 KB of a read; at least 1 (DynamoDB Developer Guide, "Read/write
/// capacity mode").
std::int64_t write_half_units(std::size_t bytes);
std::int64_t read_half_units(std::size_t bytes, bool consistent);

}  // namespace ekiden::local::dynamodb
