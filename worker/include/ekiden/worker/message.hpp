/// Message: what a handler is given when it wants the message itself.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <map>
#include <string>

namespace ekiden::worker {

/// One received message, without what only the lease needs (its receipt handle stays with the worker).
struct Message {
  std::string body;
  std::map<std::string, std::string> attributes;  ///< Message attributes of type String or Number, by name.
  std::string id;                                 ///< MessageId: one per send; the same on every receive.
  std::string group;                              ///< MessageGroupId; empty on most standard queues.
  int receive_count = 1;                          ///< ApproximateReceiveCount: 1 on the first receive.
  runtime::WallTime sent{};                       ///< SentTimestamp.
};

}  // namespace ekiden::worker

namespace ekiden {
using worker::Message;
}  // namespace ekiden
