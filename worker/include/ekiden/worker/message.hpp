/// Message: what a handler is given when it wants the message itself.
#pragma once

#include <ekiden/aws/sqs/types.hpp>
#include <ekiden/runtime/clock.hpp>

#include <string>

namespace ekiden::worker {

/// One received message, without what only the lease needs (its receipt handle stays with the worker).
struct Message {
  std::string body;
  aws::sqs::MessageAttributes attributes;  ///< By name, each with its type: attributes.at("x").value.
  std::string id;                          ///< MessageId: one per send; the same on every receive.
  std::string group;                       ///< MessageGroupId; empty on most standard queues.
  int receive_count = 1;                   ///< ApproximateReceiveCount: 1 on the first receive.
  runtime::WallTime sent{};                ///< SentTimestamp.
};

}  // namespace ekiden::worker

namespace ekiden {
using worker::Message;
}  // namespace ekiden
