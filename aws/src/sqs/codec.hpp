// The JSON of SQS's calls, as pure functions.
#pragma once

#include <ekiden/aws/json_reader.hpp>
#include <ekiden/aws/sqs/types.hpp>

#include <span>
#include <string>
#include <vector>

namespace ekiden::sqs::codec {

std::string create_queue(const std::string& name, const Attributes& attributes);
/// `owner`: the account, where it is not the caller's.
std::string get_queue_url(const std::string& name, std::string_view owner);
std::string list_queues(const std::string& prefix);
std::string queue_only(const QueueUrl& queue);
std::string get_queue_attributes(const QueueUrl& queue, std::span<const std::string> names);
std::string set_queue_attributes(const QueueUrl& queue, const Attributes& attributes);
std::string send(const QueueUrl& queue, const OutgoingMessage& message);
std::string send_batch(const QueueUrl& queue, std::span<const OutgoingMessage> messages);
std::string receive(const QueueUrl& queue, const ReceiveOptions& what);
std::string delete_message(const QueueUrl& queue, const ReceiptHandle& handle);
std::string delete_batch(const QueueUrl& queue, std::span<const ReceiptHandle> handles);
std::string change_visibility(const QueueUrl& queue, const VisibilityChange& change);
std::string change_visibility_batch(const QueueUrl& queue, std::span<const VisibilityChange> changes);

std::vector<QueueUrl> read_queue_urls(aws::JsonReader answer);
Attributes read_attributes(aws::JsonReader answer);
std::vector<Message> read_messages(aws::JsonReader answer);
std::vector<SendResult> read_send_results(aws::JsonReader answer, std::size_t entries);
EntryResults read_entry_results(aws::JsonReader answer, std::size_t entries);

}  // namespace ekiden::sqs::codec
