/// Refusals: which errors mean that a sink refuses every message.
#pragma once

#include <ekiden/aws/call/error.hpp>

#include <string_view>

namespace ekiden::worker {

/// True if one message alone can be the cause of this error code: its content, its size, or the state of its item.
/// Sources: DynamoDB Developer Guide, "Error handling"; SQS API Reference, "SendMessage", "DeleteMessageBatch".
bool may_be_one_messages_fault(std::string_view code);

/// True if the sink would refuse every other message in the same way: access is denied, the table or queue is gone, a
/// key is disabled. A retry of the same call cannot help, but time can. Such an error counts against no message.
bool meets_every_message(const aws::Error::Facts& facts);

}  // namespace ekiden::worker
