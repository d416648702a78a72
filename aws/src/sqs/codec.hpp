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

// Each of the following throws FormError if the answer has another form.

QueueUrl read_queue_url(base::JsonReader answer);
std::vector<QueueUrl> read_queue_urls(base::JsonReader answer);
Attributes read_attributes(base::JsonReader answer);

/// The messages of a receive, and how many others cannot be used.
struct Received {
  std::vector<Message> messages;
  std::size_t without_id = 0;     ///< Without MessageId or ReceiptHandle: they could be any message.
  std::size_t shared_handle = 0;  ///< With the handle of another message: a delete could delete that one.
  std::size_t shared_id = 0;      ///< With the id of another message, which has a different body.
};
/// Messages with wrong MD5s, and those whose body or attributes cannot be read, are marked as corrupt. A message that
/// the answer has twice is returned once. `with_attributes`: the request asked for the message attributes.
Received read_messages(base::JsonReader answer, base::Digest& md5, bool with_attributes);

/// What an answer has to confirm, in hexadecimal; an empty text is not compared, because the system has no MD5.
struct Sent {
  std::string body_md5;
  std::string attributes_md5;  ///< Also empty if the message has no attributes.
};
Sent digest(const OutgoingMessage& message, base::Digest& md5);
/// Throws FormError if there is no MessageId.
SendResult read_send_result(base::JsonReader entry, const Sent& sent);
std::vector<SendResult> read_send_results(base::JsonReader answer, std::span<const Sent> sent);
EntryResults read_entry_results(base::JsonReader answer, std::size_t entries);

/// The MD5 of message attributes. Source: SQS Developer Guide, "Calculating the MD5 message digest for message
/// attributes".
base::DigestValue digest_of(const MessageAttributes& attributes, base::Digest& md5);

}  // namespace ekiden::aws::sqs::codec
