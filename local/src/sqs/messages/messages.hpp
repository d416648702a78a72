/// Messages: sent, received, deleted, hidden and shown again.
///
/// A message can be received when its visible_at has come; a receive moves that into the future and gives the message
/// a new nonce, so that only the latest receipt handle fits. Each step is one index entry: a receive costs the same
/// with ten messages as with a million.
#pragma once

#include "sqs/api/types.hpp"
#include "sqs/discipline/discipline.hpp"
#include "sqs/queues/queues.hpp"
#include "store/session.hpp"

namespace ekiden::local::sqs {

/// The text of a message id kept as 16 bytes.
std::string format_uuid(std::string_view bytes);

SendResult send_message(Session& session, const SendMessage& request);
ReceiveResult receive_message(Session& session, const ReceiveMessage& request);
/// The same for a queue that was found already, under any discipline. A refusal of the whole request comes before.
SendResult send_to(Session& session, const Discipline& discipline, const Queue& queue, const SendMessage& request);
ReceiveResult receive_from(Session& session, const Discipline& discipline, const Queue& queue,
                           const ReceiveMessage& request);
EntriesResult delete_message(Session& session, const DeleteMessage& request);
EntriesResult change_visibility(Session& session, const ChangeVisibility& request);
/// Undoes a receive whose client has gone: the messages are receivable again and the receive is not counted.
void take_back(Session& session, const std::vector<HandedOut>& messages);
Nothing purge_queue(Session& session, const PurgeQueue& request);

}  // namespace ekiden::local::sqs
