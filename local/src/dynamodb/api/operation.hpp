/// Operation: what a DynamoDB operation is, and what its answer is made of.
#pragma once

#include <ekiden/base/json/writer.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

#include "request.hpp"
#include "store/session.hpp"

namespace ekiden::local::dynamodb {

/// What an operation answers.
struct JsonResponse {
  int status = 200;
  std::string body;
};

/// One operation. Throws DynamoDbRefusal, before it has written anything, and DatabaseError.
using OperationFunction = JsonResponse (*)(Session& session, json::object& body);

/// A JSON object, written member by member.
class AnswerBody {
 public:
  AnswerBody() { json_.begin_object(); }

  /// `json` is taken as it stands.
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

/// `ReturnConsumedCapacity`, checked by the operation's constraints.
enum class Capacity { kNone, kTotal, kIndexes };
Capacity capacity_wanted(json::object& body);
/// A ConsumedCapacity object. `half_units`: reads that are not consistent cost half a unit.
std::string capacity_json(Capacity wanted, std::string_view table, std::int64_t half_units);
/// Units of 1 KB a write, of 4 KB a read, at least one each (DynamoDB Developer Guide, "Read/write capacity mode").
std::int64_t write_half_units(std::size_t bytes);
std::int64_t read_half_units(std::size_t bytes, bool consistent);

}  // namespace ekiden::local::dynamodb
