/// Queues: names, settings, creation and deletion. Each operation throws SqsRefusal before it changes anything.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sqs/api/types.hpp"
#include "store/session.hpp"

namespace ekiden::local::sqs {

/// The row of a queue, with those of AWS's attributes that are needed as numbers.
struct Queue {
  std::int64_t id = 0;
  std::int64_t box = 0;  ///< Its messages' box: sqs_messages.queue.
  std::string name;
  std::int64_t visibility_s = 30;
  std::int64_t delay_s = 0;
  std::int64_t max_bytes = 1'048'576;
  std::int64_t retention_s = 345'600;
  std::int64_t wait_s = 0;
  std::string dead_letter_queue;  ///< A queue name; empty if there is none.
  std::int64_t max_receives = 0;
  std::int64_t created_s = 0;
  std::int64_t modified_s = 0;
  std::int64_t purged_ms = 0;
};

std::string arn_of(const Session& session, std::string_view name);

/// Throws QueueDoesNotExist, or MissingParameter for an empty URL.
Queue find_queue(Session& session, std::string_view url);
/// The id of the queue of that name; 0 if there is none.
std::int64_t find_queue_id(Session& session, std::string_view name);
/// The box of the queue with this row id; 0 if there is none.
std::int64_t find_box(Session& session, std::int64_t queue);

QueueUrlResult create_queue(Session& session, const CreateQueue& request);
QueueUrlResult get_queue_url(Session& session, const GetQueueUrl& request);
ListResult list_queues(Session& session, const ListQueues& request);
Nothing delete_queue(Session& session, const DeleteQueue& request);

}  // namespace ekiden::local::sqs
