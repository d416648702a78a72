#include "queues.hpp"

#include <ekiden/aws/names.hpp>
#include <ekiden/base/ascii.hpp>

#include <algorithm>

#include "boxes.hpp"
#include "queue_attributes.hpp"
#include "sqs/api/limits.hpp"
#include "store/database.hpp"

namespace ekiden::local::sqs {

namespace {

bool legal_name(std::string_view name) {
  return !name.empty() && name.size() <= kQueueNameMax && base::consists_of_alphanumerics_and(name, "_-");
}

void check_new_name(const CreateQueue& request) {
  const auto fifo = request.attributes.find("FifoQueue");
  if (request.name.ends_with(".fifo") || fifo != request.attributes.end()) {
    throw SqsRefusal(
        ErrorCode::kUnsupportedOperation,
        "FIFO queues are not supported by this local server yet. Create a standard queue: remove .fifo from the name, "
        "and the attribute FifoQueue.");
  }
  if (!legal_name(request.name)) {
    throw SqsRefusal(ErrorCode::kInvalidParameterValue,
                     "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
  }
}

void check_not_deleted_recently(Session& session, std::string_view name) {
  Statement deleted = session.database.prepare("SELECT deleted_ms FROM sqs_deleted_queues WHERE name=?");
  if (deleted.bind(1, name).step() && session.now_ms() - deleted.integer(0) < kDeletedNameSeconds * 1'000) {
    throw SqsRefusal(
        ErrorCode::kQueueDeletedRecently,
        "You must wait 60 seconds after deleting a queue before you can create another with the same name.");
  }
}

std::string url_of(const Session& session, std::string_view name) {
  std::string url(session.base_url);
  url.append("/").append(kAccount).append("/").append(name);
  return url;
}

void check_same(Session& session, const Queue& existing, const CreateQueue& request) {
  const Attributes present = stored_attributes(session, existing);
  for (const auto& [name, value] : request.attributes) {
    const auto found = present.find(name);
    if (found == present.end() ? !value.empty() : found->second != value) {
      throw SqsRefusal(ErrorCode::kQueueNameExists,
                       "A queue already exists with the same name and a different value for attribute " + name);
    }
  }
}

void insert_tags(Session& session, std::int64_t queue, const Attributes& tags) {
  for (const auto& [name, value] : tags) {
    session.database.prepare("INSERT INTO sqs_queue_tags(queue, name, value) VALUES(?,?,?)")
        .bind(1, queue)
        .bind(2, name)
        .bind(3, value)
        .run();
  }
}

}  // namespace

std::string arn_of(const Session& session, std::string_view name) {
  std::string arn = "arn:aws:sqs:";
  arn.append(session.region).append(":").append(kAccount).append(":").append(name);
  return arn;
}

Queue find_queue(Session& session, std::string_view url) {
  if (url.empty()) {
    throw missing_parameter("QueueUrl");
  }
  // SQS accepts a name instead of a URL, but not an ARN.
  const std::string_view name = url.starts_with("arn:") ? url : aws::sqs::QueueUrl::name_in(url);
  Statement row = session.database.prepare(
      "SELECT id, name, visibility_s, delay_s, max_bytes, retention_s, wait_s, dead_letter_queue, max_receives, "
      "created_s, modified_s, purged_ms, box FROM sqs_queues WHERE name=?");
  if (!row.bind(1, name).step()) {
    throw queue_does_not_exist();
  }
  return Queue{.id = row.integer(0),
               .box = row.integer(12),
               .name = std::string(row.text(1)),
               .visibility_s = row.integer(2),
               .delay_s = row.integer(3),
               .max_bytes = row.integer(4),
               .retention_s = row.integer(5),
               .wait_s = row.integer(6),
               .dead_letter_queue = std::string(row.text(7)),
               .max_receives = row.integer(8),
               .created_s = row.integer(9),
               .modified_s = row.integer(10),
               .purged_ms = row.integer(11)};
}

std::int64_t find_queue_id(Session& session, std::string_view name) {
  Statement row = session.database.prepare("SELECT id FROM sqs_queues WHERE name=?");
  return row.bind(1, name).step() ? row.integer(0) : 0;
}

std::int64_t find_box(Session& session, std::int64_t queue) {
  Statement row = session.database.prepare("SELECT box FROM sqs_queues WHERE id=?");
  return row.bind(1, queue).step() ? row.integer(0) : 0;
}

QueueUrlResult create_queue(Session& session, const CreateQueue& request) {
  if (request.name.empty()) {
    throw missing_parameter("QueueName");
  }
  check_new_name(request);
  if (request.tags.size() > kTagsMax) {
    throw SqsRefusal(ErrorCode::kInvalidParameterValue, "Too many tags added for queue.");
  }
  Queue queue;
  queue.name = request.name;
  Attributes kept;
  apply_attributes(session, request.attributes, queue, kept);
  if (find_queue_id(session, request.name) != 0) {
    check_same(session, find_queue(session, request.name), request);
    return {url_of(session, request.name)};
  }
  check_not_deleted_recently(session, request.name);
  session.require_room();

  Database& database = session.database;
  queue.created_s = session.shown_ms(session.now_ms()) / 1'000;
  database.prepare("DELETE FROM sqs_deleted_queues WHERE name=?").bind(1, request.name).run();
  database
      .prepare(
          "INSERT INTO sqs_queues(name, visibility_s, delay_s, max_bytes, retention_s, wait_s, created_s, modified_s) "
          "VALUES(?,0,0,0,0,0,?,0)")
      .bind(1, queue.name)
      .bind(2, queue.created_s)
      .run();
  queue.id = database.last_insert_rowid();
  queue.box = make_box(database, queue.id);
  database.prepare("UPDATE sqs_queues SET box=? WHERE id=?").bind(1, queue.box).bind(2, queue.id).run();
  database.prepare("INSERT INTO sqs_counts(queue, messages, in_flight) VALUES(?,0,0)").bind(1, queue.id).run();
  store_attributes(session, queue, kept);
  insert_tags(session, queue.id, request.tags);
  return {url_of(session, request.name)};
}

QueueUrlResult get_queue_url(Session& session, const GetQueueUrl& request) {
  if (request.name.empty()) {
    throw missing_parameter("QueueName");
  }
  if (find_queue_id(session, request.name) == 0) {
    throw queue_does_not_exist();
  }
  return {url_of(session, request.name)};
}

ListResult list_queues(Session& session, const ListQueues& request) {
  if (request.max_results && (*request.max_results < 1 || *request.max_results > kListMax)) {
    throw invalid_value(std::to_string(*request.max_results), "MaxResults", "Must be between 1 and 1000, if provided.");
  }
  // The token is the last name of the previous page. As on AWS, there is only one page without MaxResults.
  const std::int64_t limit = request.max_results.value_or(kListMax);
  Statement row = session.database.prepare(
      "SELECT name FROM sqs_queues WHERE name>?1 AND substr(name,1,length(?2))=?2 ORDER BY name LIMIT ?3");
  row.bind(1, request.next_token).bind(2, request.prefix).bind(3, limit + 1);
  ListResult result;
  std::string last;
  while (row.step()) {
    if (static_cast<std::int64_t>(result.urls.size()) == limit) {
      result.next_token = request.max_results ? last : std::string();
      break;
    }
    last = row.text(0);
    result.urls.push_back(url_of(session, last));
  }
  return result;
}

Nothing delete_queue(Session& session, const DeleteQueue& request) {
  const Queue queue = find_queue(session, request.queue);
  Database& database = session.database;
  abandon_box(session, queue.box);
  for (const char* sql : {"DELETE FROM sqs_counts WHERE queue=?", "DELETE FROM sqs_queue_attributes WHERE queue=?",
                          "DELETE FROM sqs_queue_tags WHERE queue=?", "DELETE FROM sqs_queues WHERE id=?"}) {
    database.prepare(sql).bind(1, queue.id).run();
  }
  database.prepare("DELETE FROM sqs_deleted_queues WHERE deleted_ms<=?")
      .bind(1, session.now_ms() - kDeletedNameSeconds * 1'000)
      .run();
  database.prepare("INSERT OR REPLACE INTO sqs_deleted_queues(name, deleted_ms) VALUES(?,?)")
      .bind(1, queue.name)
      .bind(2, session.now_ms())
      .run();
  session.effects.queues_removed.push_back(queue.id);
  return {};
}

}  // namespace ekiden::local::sqs
