/// Messages: send, receive, delete, and change of visibility.
///
/// A message can be received when its visible_at has passed. A receive sets visible_at to a later time and gives the
/// message a new nonce, so that only the latest receipt handle matches. Each step changes one index entry: a receive
/// costs the same with ten messages as with a million.
#pragma once

#include "sqs/api/types.hpp"
#include "sqs/discipline/discipline.hpp"
#include "sqs/queues/queues.hpp"
#include "store/session.hpp"

namespace ekiden::local::sqs {

/// Formats a message id that is stored as 16 bytes.
std::string format_uuid(std::string_view bytes);

SendResult send_message(Session& session, const SendMessage& request);
ReceiveResult receive_message(Session& session, const ReceiveMessage& request);
/// The same for a queue that is already known, with any discipline. An error of the whole request is thrown first.
SendResult send_to(Session& session, const Discipline& discipline, const Queue& queue, const SendMessage& request);
ReceiveResult receive_from(Session& session, const Discipline& discipline, const Queue& queue,
                           const ReceiveMessage& request);
EntriesResult delete_message(Session& session, const DeleteMessage& request);
EntriesResult change_visibility(Session& session, const ChangeVisibility& request);
/// Undoes a receive whose client is gone: the messages are visible again, and the receive is not counted.
void take_back(Session& session, const std::vector<HandedOut>& messages);
Nothing purge_queue(Session& session, const PurgeQueue& request);

}  // namespace ekiden::local::sqs
