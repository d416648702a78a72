/// ServerFront: what SQS and DynamoDB do and the local server does not: outages of one operation, and messages that
/// come again although they were deleted or are held.
#pragma once

#include <ekiden/http/handler.hpp>
#include <ekiden/runtime/clock.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace ekiden::worker::test {

/// One sink refuses everything in this time.
struct SinkOutage {
  std::string_view operation;  ///< "BatchWriteItem", "SendMessage", "DeleteMessageBatch"
  std::string_view code;
  runtime::TimePoint begin;
  runtime::TimePoint end;
};

/// For testkit::local_server(). It survives crashes of the server. It must outlive the simulation's processes.
class ServerFront {
 public:
  void add(SinkOutage outage) { outages_.push_back(outage); }
  /// Some later receive also returns a message that SQS returned before, deleted or not. Each message at most once.
  void hand_out_again() { ++again_; }

  /// `now`: the simulation's time.
  Task<http::HttpResponse> answer(http::Handler service, http::HttpRequest request, runtime::TimePoint now);

 private:
  void add_again(std::string& body);

  std::vector<SinkOutage> outages_;
  std::vector<std::string> handed_out_;  ///< Messages as JSON.
  unsigned again_ = 0;
};

}  // namespace ekiden::worker::test
