/// Messages: sent, received, deleted, hidden and shown again.
///
/// A message can be received when its visible_at has come; a receive moves that into the future and gives the message
/// a new nonce, so that only the latest receipt handle fits. Each step is one index entry: a receive costs the same
/// with ten messages as with a million.
#pragma once

#include "sqs/api/types.hpp"
#include "sqs/queues/queues.hpp"

namespace ekiden::local::sqs {

struct Counts {
  std::int64_t visible = 0;
  std::int64_t delayed = 0;
  std::int64_t in_flight = 0;
};
Counts count_messages(Context& context, const Queue& queue);

/// The text of a message id kept as 16 bytes.
std::string format_uuid(std::string_view bytes);

/// Deletes messages older than the queue's retention, as far as they are the next to be received.
void drop_expired(Context& context, const Queue& queue);

SendResult send_message(Context& context, const SendMessage& request);
ReceiveResult receive_message(Context& context, const ReceiveMessage& request);
EntriesResult delete_message(Context& context, const DeleteMessage& request);
EntriesResult change_visibility(Context& context, const ChangeVisibility& request);
/// Undoes a receive whose client has gone: the messages are receivable again and the receive is not counted.
void take_back(Context& context, const std::vector<HandedOut>& messages);
Nothing purge_queue(Context& context, const PurgeQueue& request);

}  // namespace ekiden::local::sqs
