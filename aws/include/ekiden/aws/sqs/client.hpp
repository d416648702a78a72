/// SqsClient: the SQS calls that queue workers and their tools need.
#pragma once

#include <ekiden/aws/call/service_client.hpp>
#include <ekiden/aws/config/target.hpp>
#include <ekiden/aws/sqs/types.hpp>
#include <ekiden/base/digest.hpp>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ekiden::aws::sqs {

namespace codec {
struct Sent;
}  // namespace codec

/// Uses the protocol AWS JSON 1.0. Calls go to the configured endpoint, or else to AWS's endpoint in the region of the
/// queue's URL.
///
/// Arguments are encoded before a call returns its Task, so they need not outlive the call expression. Limits that only
/// a bug can exceed (more than kBatchMax entries, or none) are asserted.
///
/// Errors: failed entries of a batch are return values; a failed call throws aws::Error. Success must be in the answer:
/// one that does not name a message, an entry or a queue is a failed call or entry (InvalidResponse, retryable).
/// Source: SQS API Reference.
class SqsClient {
 public:
  using CallOptions = aws::CallOptions;

  /// `transport` and the parts of `env` must outlive the client's tasks.
  SqsClient(runtime::Env env, http::Transport& transport, std::shared_ptr<aws::CredentialsProvider> credentials,
            const aws::Target& target);
  ~SqsClient();

  /// Returns the URL of the new queue, or of an existing queue with the same attributes. Throws Error with
  /// QueueNameExists if a queue of that name has other attributes.
  Task<QueueUrl> create_queue(const std::string& name, const Attributes& attributes = {});
  /// Throws Error with QueueDoesNotExist if there is no such queue.
  Task<QueueUrl> get_queue_url(const std::string& name, CallOptions options = {});
  /// Finds a queue by its name, its URL (not checked), or its ARN (any region and account).
  /// Throws ConfigurationError if the ARN is not that of a queue or has no region.
  Task<QueueUrl> find_queue(std::string name, CallOptions options = {});
  /// The first 1,000 queues whose names start with `prefix`.
  Task<std::vector<QueueUrl>> list_queues(const std::string& prefix = {});
  Task<> delete_queue(const QueueUrl& queue);
  /// Deletes all messages, which takes up to 60 s. Fails with PurgeQueueInProgress within 60 s of the last purge.
  Task<> purge(const QueueUrl& queue);
  Task<Attributes> get_queue_attributes(const QueueUrl& queue, std::span<const std::string> names = {},
                                        CallOptions options = {});
  Task<> set_queue_attributes(const QueueUrl& queue, const Attributes& attributes);

  /// Throws a final Error with kStoredDifferently if SQS stored the message, but its answer does not have the MD5 of
  /// the body, or has another MD5 of the attributes: another send would store one more copy.
  Task<MessageId> send(const QueueUrl& queue, const OutgoingMessage& message, CallOptions options = {});
  Task<std::vector<SendResult>> send_batch(const QueueUrl& queue, std::span<const OutgoingMessage> messages,
                                           CallOptions options = {});

  /// Returns the received messages, or an empty list. A message whose MD5 is wrong is marked as Message::corrupt. Every
  /// returned message has an id, and a handle that no other message of the answer has. Messages without them stay in
  /// the queue and are published as events::kUnusable. Without a deadline in `options` an attempt has the wait time
  /// plus 5 s.
  Task<std::vector<Message>> receive(const QueueUrl& queue, const ReceiveOptions& what, CallOptions options = {});

  Task<> delete_message(const QueueUrl& queue, const ReceiptHandle& handle, CallOptions options = {});
  Task<EntryResults> delete_batch(const QueueUrl& queue, std::span<const ReceiptHandle> handles,
                                  CallOptions options = {});
  /// The new visibility timeout counts from now; 0 makes the message visible at once.
  Task<> change_visibility(const QueueUrl& queue, const VisibilityChange& change, CallOptions options = {});
  Task<EntryResults> change_visibility_batch(const QueueUrl& queue, std::span<const VisibilityChange> changes,
                                             CallOptions options = {});

  /// The wall time of SQS as far as it is known: compare it with Message::sent_at.
  runtime::WallTime service_time() const { return client_.service_time(); }

 private:
  aws::Call queue_call(std::string_view operation, const QueueUrl& queue, std::string body, CallOptions options) const;
  void aim_at_region(aws::Call& call, const std::optional<std::string>& region) const;
  Task<> finish(aws::Call call);
  Task<QueueUrl> finish_with_url(aws::Call call);
  Task<std::vector<QueueUrl>> finish_list(aws::Call call);
  Task<Attributes> finish_attributes(aws::Call call);
  Task<MessageId> finish_send(aws::Call call, codec::Sent sent);
  Task<std::vector<SendResult>> finish_send_batch(aws::Call call, std::vector<codec::Sent> sent);
  Task<std::vector<Message>> finish_receive(aws::Call call, bool with_attributes);
  void publish_unusable(const aws::CallAnswer& answer, std::size_t count, std::string_view reason) const;
  Task<EntryResults> finish_batch(aws::Call call, std::size_t entries);

  aws::ServiceClient client_;
  std::string region_;
  aws::EndpointVariant variant_;
  base::Digest md5_;
  bool endpoint_configured_;
};

}  // namespace ekiden::aws::sqs
