#include "execute.hpp"

#include "sqs/messages/messages.hpp"
#include "sqs/queues/queue_attributes.hpp"
#include "sqs/queues/queues.hpp"

namespace ekiden::local::sqs {

Result execute(Session& session, const Request& request) {
  struct Visitor {
    Session& session;
    Result operator()(const CreateQueue& each) { return create_queue(session, each); }
    Result operator()(const GetQueueUrl& each) { return get_queue_url(session, each); }
    Result operator()(const ListQueues& each) { return list_queues(session, each); }
    Result operator()(const DeleteQueue& each) { return delete_queue(session, each); }
    Result operator()(const PurgeQueue& each) { return purge_queue(session, each); }
    Result operator()(const GetQueueAttributes& each) { return get_queue_attributes(session, each); }
    Result operator()(const SetQueueAttributes& each) { return set_queue_attributes(session, each); }
    Result operator()(const SendMessage& each) { return send_message(session, each); }
    Result operator()(const ReceiveMessage& each) { return receive_message(session, each); }
    Result operator()(const DeleteMessage& each) { return delete_message(session, each); }
    Result operator()(const ChangeVisibility& each) { return change_visibility(session, each); }
  };
  return std::visit(Visitor{session}, request);
}

}  // namespace ekiden::local::sqs
