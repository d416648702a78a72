// Writes and reads the JSON of SQS's calls, as pure functions.
#pragma once

#include <ekiden/aws/sqs/types.hpp>
#include <ekiden/base/digest.hpp>
#include <ekiden/base/json/reader.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ekiden::aws::sqs::codec {

std::string create_queue(const std::string& name, const Attributes& attributes);
/// `owner`: the account of the queue, if it is not the caller's.
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

std::vector<QueueUrl> read_queue_urls(base::JsonReader answer);
Attributes read_attributes(base::JsonReader answer);
/// Messages with wrong MD5s are marked as corrupt.
std::vector<Message> read_messages(base::JsonReader answer, base::Digest& md5);
/// `sent`: the MD5 of each body, in hexadecimal; an empty one is not compared.
std::vector<SendResult> read_send_results(base::JsonReader answer, std::span<const std::string> sent);
/// The error of an entry that SQS stored with a different body; nothing if the body is right.
std::optional<EntryError> compare(base::JsonReader entry, const std::string& sent);
EntryResults read_entry_results(base::JsonReader answer, std::size_t entries);

}  // namespace ekiden::aws::sqs::codec
