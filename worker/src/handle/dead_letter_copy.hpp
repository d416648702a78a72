/// dead_letter_copy(): the copy of a rejected message for the dead-letter queue.
#pragma once

#include <ekiden/aws/sqs/types.hpp>
#include <ekiden/worker/message.hpp>

#include <string>
#include <string_view>

namespace ekiden::worker {

/// The message with everything that it had: body, attributes, group, trace header. Then, as far as SQS's limits leave
/// room (10 attributes, 1 MiB), the attributes EkidenReason, EkidenMessageId and EkidenSourceQueue, in this order. A
/// long reason is cut at 1,024 bytes. An attribute of the sender that has one of these names is kept, unless all three
/// exist: then the message was a dead letter before, and they are replaced.
aws::sqs::OutgoingMessage dead_letter_copy(const Message& message, std::string_view reason, std::string_view source);

/// The text as SQS accepts it in an attribute: UTF-8 without control characters. What is not valid becomes U+FFFD. At
/// most `bytes_max` bytes, cut between two characters. Source: SQS API Reference, "SendMessage".
std::string attribute_text(std::string_view text, std::size_t bytes_max);

}  // namespace ekiden::worker
