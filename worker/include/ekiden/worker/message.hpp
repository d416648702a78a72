/// Message: the message as SQS delivered it, for handlers that do not want a decoded struct.
#pragma once

#include <ekiden/aws/sqs/types.hpp>
#include <ekiden/runtime/clock.hpp>

#include <string>

namespace ekiden::worker {

/// One received message. Its receipt handle stays with the worker.
struct Message {
  std::string body;
  aws::sqs::MessageAttributes attributes;  ///< By name: attributes.at("x").value, .data_type.
  std::string id;                          ///< MessageId: SQS gives one per send; the same at every receive.
  std::string group;                       ///< MessageGroupId; usually empty on standard queues.
  std::string trace_header;                ///< AWSTraceHeader, of AWS X-Ray; usually empty.
  int receive_count = 1;                   ///< ApproximateReceiveCount: 1 at the first receive.
  runtime::WallTime sent{};  ///< SentTimestamp: when the message was sent, by the clock of SQS. Zero: unknown.
};

}  // namespace ekiden::worker

namespace ekiden {
using worker::Message;
}  // namespace ekiden
