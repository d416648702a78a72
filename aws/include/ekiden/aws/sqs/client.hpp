/// SqsClient: the calls of Amazon SQS that queue workers and their tools need.
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

/// Speaks AWS JSON 1.0. Calls go to the configured endpoint, else to the queue URL's own.
///
/// Arguments are encoded before a call returns its Task: they need not outlive the call expression. Limits that only a
/// bug can exceed (more than kBatchMax entries, none at all) are asserted. Refused entries of a batch are values; a
/// refused call throws aws::Error. Source: SQS API Reference.
class SqsClient {
 public:
  using CallOptions = aws::CallOptions;

  /// All of it must outlive the client's tasks.
  SqsClient(runtime::Env env, http::Transport& transport, std::shared_ptr<aws::CredentialsProvider> credentials,
            const aws::Target& target);
  ~SqsClient();

  /// The URL, also of a queue that exists already with these attributes. Otherwise: QueueNameExists.
  Task<QueueUrl> create_queue(const std::string& name, const Attributes& attributes = {});
  /// Throws QueueDoesNotExist.
  Task<QueueUrl> get_queue_url(const std::string& name, CallOptions options = {});
  /// A queue by its URL, which is not checked, by its ARN, in any region and account, or by its name.
  /// Throws ConfigurationError where the ARN names no region.
  Task<QueueUrl> find_queue(std::string name, CallOptions options = {});
  /// The first 1,000 queues whose names begin so.
  Task<std::vector<QueueUrl>> list_queues(const std::string& prefix = {});
  Task<> delete_queue(const QueueUrl& queue);
  /// Deletes all messages; takes up to a minute, and is refused (PurgeQueueInProgress) within a minute of the last.
  Task<> purge(const QueueUrl& queue);
  Task<Attributes> get_queue_attributes(const QueueUrl& queue, std::span<const std::string> names = {},
                                        CallOptions options = {});
  Task<> set_queue_attributes(const QueueUrl& queue, const Attributes& attributes);

  /// Throws kCorrupted, retryable, if SQS stored another body, by its MD5.
  Task<MessageId> send(const QueueUrl& queue, const OutgoingMessage& message, CallOptions options = {});
  Task<std::vector<SendResult>> send_batch(const QueueUrl& queue, std::span<const OutgoingMessage> messages,
                                           CallOptions options = {});

  /// None if there are none; those that MD5 proves wrong are marked (Message::corrupt). Without a deadline in `options`
  /// an attempt may last the wait and 5 s more.
  Task<std::vector<Message>> receive(const QueueUrl& queue, const ReceiveOptions& what, CallOptions options = {});

  Task<> delete_message(const QueueUrl& queue, const ReceiptHandle& handle, CallOptions options = {});
  Task<EntryResults> delete_batch(const QueueUrl& queue, std::span<const ReceiptHandle> handles,
                                  CallOptions options = {});
  /// Counts from now; 0 hands the message back.
  Task<> change_visibility(const QueueUrl& queue, const VisibilityChange& change, CallOptions options = {});
  Task<EntryResults> change_visibility_batch(const QueueUrl& queue, std::span<const VisibilityChange> changes,
                                             CallOptions options = {});

 private:
  aws::Call queue_call(std::string_view operation, const QueueUrl& queue, std::string body, CallOptions options) const;
  void aim_at_region(aws::Call& call, const std::optional<std::string>& region) const;
  Task<> finish(aws::Call call);
  Task<QueueUrl> finish_with_url(aws::Call call);
  Task<std::vector<QueueUrl>> finish_list(aws::Call call);
  Task<Attributes> finish_attributes(aws::Call call);
  Task<MessageId> finish_send(aws::Call call, std::string md5);
  Task<std::vector<SendResult>> finish_send_batch(aws::Call call, std::vector<std::string> md5s);
  Task<std::vector<Message>> finish_receive(aws::Call call);
  Task<EntryResults> finish_batch(aws::Call call, std::size_t entries);

  aws::ServiceClient client_;
  std::string region_;
  aws::EndpointVariant variant_;
  base::Digest md5_;
  bool endpoint_configured_;
};

}  // namespace ekiden::aws::sqs
