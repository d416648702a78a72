#include <ekiden/aws/events.hpp>
#include <ekiden/aws/sqs/client.hpp>
#include <ekiden/base/assert.hpp>

#include <utility>

#include "answer/decode.hpp"
#include "codec.hpp"

namespace ekiden::aws::sqs {
namespace {

using aws::answer::decode;

constexpr aws::ServiceSpec kService{"sqs", "AmazonSQS.", aws::kSqsRetries, true};
// SQS counts a receive when it answers, so an answer must not be given up because it is late or slow.
constexpr std::chrono::seconds kReceiveGrace{30};  // Added to the wait time for the first byte.
constexpr std::chrono::seconds kReceiveSilence{30};

http::Patience patience_of_receive(std::chrono::seconds wait) {
  return {.connect = {}, .first_byte = wait + kReceiveGrace, .silence = kReceiveSilence};
}

void assert_entries(std::size_t entries) { EKIDEN_ASSERT(entries >= 1 && entries <= kBatchMax); }

void assert_visibility(std::chrono::seconds visibility) {
  EKIDEN_ASSERT(visibility >= std::chrono::seconds::zero() && visibility <= kVisibilityMax);
}

void assert_delay(const OutgoingMessage& message) {
  EKIDEN_ASSERT(message.delay >= std::chrono::seconds::zero() && message.delay <= kDelayMax);
}

aws::Call make_call(std::string_view operation, std::string resource, std::string body, aws::CallOptions options) {
  aws::Call call;
  call.operation = operation;
  call.resource = std::move(resource);
  call.body = std::move(body);
  call.options = options;
  return call;
}

http::Lane lane_of(std::string_view operation) {
  if (operation == "ReceiveMessage") {
    return aws::lanes::kReceives;
  }
  const bool settles = operation.starts_with("DeleteMessage") || operation.starts_with("ChangeMessageVisibility");
  return settles ? aws::lanes::kSettlements : aws::lanes::kCalls;
}

// "eu-west-1" of "https://sqs.eu-west-1.amazonaws.com/123456789012/news"; nothing if the URL is not one of Amazon's.
std::optional<std::string> region_of(const QueueUrl& queue) {
  const std::optional<http::Url> url = http::Url::parse(queue.text());
  return url ? aws::region_of_host("sqs", url->host) : std::nullopt;
}

}  // namespace

SqsClient::SqsClient(runtime::Env env, http::Transport& transport,
                     std::shared_ptr<aws::CredentialsProvider> credentials, const aws::Target& target)
    : client_(env, transport, std::move(credentials), kService, target.sqs.url, target),
      region_(target.region),
      variant_(target.variant),
      md5_(base::Digest::md5()),
      endpoint_configured_(target.sqs.configured) {}

SqsClient::~SqsClient() = default;

aws::Call SqsClient::queue_call(std::string_view operation, const QueueUrl& queue, std::string body,
                                CallOptions options) const {
  aws::Call call = make_call(operation, queue.text(), std::move(body), options);
  call.lane = lane_of(operation);
  aim_at_region(call, region_of(queue));
  return call;
}

// SQS answers calls for a queue only in the queue's region.
void SqsClient::aim_at_region(aws::Call& call, const std::optional<std::string>& region) const {
  if (region && *region != region_ && !endpoint_configured_) {
    if (!aws::is_region(*region)) {  // The region becomes part of the host name.
      throw aws::ConfigurationError("'" + call.resource +
                                    "' does not name an AWS region; correct the ARN of the queue");
    }
    call.endpoint = aws::own_endpoint("sqs", *region, variant_).url;
    call.region = *region;
  }
}

Task<QueueUrl> SqsClient::create_queue(const std::string& name, const Attributes& attributes) {
  return finish_with_url(make_call("CreateQueue", name, codec::create_queue(name, attributes), {}));
}

Task<QueueUrl> SqsClient::get_queue_url(const std::string& name, CallOptions options) {
  return finish_with_url(make_call("GetQueueUrl", name, codec::get_queue_url(name, {}), options));
}

Task<QueueUrl> SqsClient::find_queue(std::string name, CallOptions options) {
  if (name.starts_with("http://") || name.starts_with("https://")) {
    co_return QueueUrl(std::move(name));
  }
  const aws::Arn arn(name);
  if (!arn.is_arn()) {
    co_return co_await get_queue_url(name, options);
  }
  if (arn.service() != "sqs") {
    throw aws::ConfigurationError("'" + name +
                                  "' is not the ARN of a queue; use the form arn:aws:sqs:REGION:ACCOUNT:NAME");
  }
  const std::string queue(arn.resource());
  aws::Call call = make_call("GetQueueUrl", name, codec::get_queue_url(queue, arn.account()), options);
  aim_at_region(call, std::string(arn.region()));
  co_return co_await finish_with_url(std::move(call));
}

Task<std::vector<QueueUrl>> SqsClient::list_queues(const std::string& prefix) {
  return finish_list(make_call("ListQueues", prefix, codec::list_queues(prefix), {}));
}

Task<> SqsClient::delete_queue(const QueueUrl& queue) {
  return finish(queue_call("DeleteQueue", queue, codec::queue_only(queue), {}));
}

Task<> SqsClient::purge(const QueueUrl& queue) {
  return finish(queue_call("PurgeQueue", queue, codec::queue_only(queue), {}));
}

Task<Attributes> SqsClient::get_queue_attributes(const QueueUrl& queue, std::span<const std::string> names,
                                                 CallOptions options) {
  return finish_attributes(queue_call("GetQueueAttributes", queue, codec::get_queue_attributes(queue, names), options));
}

Task<> SqsClient::set_queue_attributes(const QueueUrl& queue, const Attributes& attributes) {
  return finish(queue_call("SetQueueAttributes", queue, codec::set_queue_attributes(queue, attributes), {}));
}

Task<MessageId> SqsClient::send(const QueueUrl& queue, const OutgoingMessage& message, CallOptions options) {
  assert_delay(message);
  return finish_send(queue_call("SendMessage", queue, codec::send(queue, message), options),
                     codec::digest(message, md5_));
}

Task<std::vector<SendResult>> SqsClient::send_batch(const QueueUrl& queue, std::span<const OutgoingMessage> messages,
                                                    CallOptions options) {
  assert_entries(messages.size());
  std::vector<codec::Sent> sent;
  sent.reserve(messages.size());
  for (const OutgoingMessage& message : messages) {
    assert_delay(message);
    sent.push_back(codec::digest(message, md5_));
  }
  return finish_send_batch(queue_call("SendMessageBatch", queue, codec::send_batch(queue, messages), options),
                           std::move(sent));
}

Task<std::vector<Message>> SqsClient::receive(const QueueUrl& queue, const ReceiveOptions& what, CallOptions options) {
  assert_entries(what.messages_max);
  EKIDEN_ASSERT(what.wait >= std::chrono::seconds::zero() && what.wait <= kWaitMax);
  if (!options.patience) {
    options.patience = patience_of_receive(what.wait);
  }
  options.loses_if_repeated = true;
  aws::Call call = queue_call("ReceiveMessage", queue, codec::receive(queue, what), options);
  call.gate = what.gate;
  call.is_long_poll = what.wait > std::chrono::seconds::zero();
  return finish_receive(std::move(call), what.with_attributes);
}

Task<> SqsClient::delete_message(const QueueUrl& queue, const ReceiptHandle& handle, CallOptions options) {
  return finish(queue_call("DeleteMessage", queue, codec::delete_message(queue, handle), options));
}

Task<EntryResults> SqsClient::delete_batch(const QueueUrl& queue, std::span<const ReceiptHandle> handles,
                                           CallOptions options) {
  assert_entries(handles.size());
  return finish_batch(queue_call("DeleteMessageBatch", queue, codec::delete_batch(queue, handles), options),
                      handles.size());
}

Task<> SqsClient::change_visibility(const QueueUrl& queue, const VisibilityChange& change, CallOptions options) {
  assert_visibility(change.visibility);
  return finish(queue_call("ChangeMessageVisibility", queue, codec::change_visibility(queue, change), options));
}

Task<EntryResults> SqsClient::change_visibility_batch(const QueueUrl& queue, std::span<const VisibilityChange> changes,
                                                      CallOptions options) {
  assert_entries(changes.size());
  for (const VisibilityChange& change : changes) {
    assert_visibility(change.visibility);
  }
  return finish_batch(
      queue_call("ChangeMessageVisibilityBatch", queue, codec::change_visibility_batch(queue, changes), options),
      changes.size());
}

// AWS answers with an empty body or {}. Anything else comes from another program, which proves nothing.
Task<> SqsClient::finish(aws::Call call) {
  const aws::CallAnswer answer = co_await client_.call(std::move(call));
  if (!answer.body.empty()) {
    client_.read(answer);
  }
}

Task<QueueUrl> SqsClient::finish_with_url(aws::Call call) {
  const aws::CallAnswer answer = co_await client_.call(std::move(call));
  co_return decode(client_, answer, codec::read_queue_url);
}

Task<std::vector<QueueUrl>> SqsClient::finish_list(aws::Call call) {
  const aws::CallAnswer answer = co_await client_.call(std::move(call));
  co_return decode(client_, answer, codec::read_queue_urls);
}

Task<Attributes> SqsClient::finish_attributes(aws::Call call) {
  const aws::CallAnswer answer = co_await client_.call(std::move(call));
  co_return decode(client_, answer, codec::read_attributes);
}

Task<MessageId> SqsClient::finish_send(aws::Call call, codec::Sent sent) {
  const aws::CallAnswer answer = co_await client_.call(std::move(call));
  SendResult result =
      decode(client_, answer, [&sent](base::JsonReader root) { return codec::read_send_result(root, sent); });
  if (result.error) {
    aws::ServiceClient::refuse(answer, std::move(result.error->message), result.error->code);
  }
  co_return std::move(result.id);
}

Task<std::vector<SendResult>> SqsClient::finish_send_batch(aws::Call call, std::vector<codec::Sent> sent) {
  const aws::CallAnswer answer = co_await client_.call(std::move(call));
  co_return decode(client_, answer, [&sent](base::JsonReader root) { return codec::read_send_results(root, sent); });
}

Task<std::vector<Message>> SqsClient::finish_receive(aws::Call call, bool with_attributes) {
  const aws::CallAnswer answer = co_await client_.call(std::move(call));
  codec::Received received = decode(client_, answer, [this, with_attributes](base::JsonReader root) {
    return codec::read_messages(root, md5_, with_attributes);
  });
  publish_unusable(answer, received.without_id, "without MessageId or ReceiptHandle");
  publish_unusable(answer, received.shared_handle, "with the ReceiptHandle of another message");
  publish_unusable(answer, received.shared_id, "with the MessageId of another message");
  co_return std::move(received.messages);
}

void SqsClient::publish_unusable(const aws::CallAnswer& answer, std::size_t count, std::string_view reason) const {
  if (count > 0) {
    client_.env().events.publish(aws::events::kUnusable,
                                 {sqs::queue_name_of(answer.resource), static_cast<std::int64_t>(count), reason,
                                  std::string_view(answer.request_id)});
  }
}

Task<EntryResults> SqsClient::finish_batch(aws::Call call, std::size_t entries) {
  const aws::CallAnswer answer = co_await client_.call(std::move(call));
  co_return decode(client_, answer,
                   [entries](base::JsonReader root) { return codec::read_entry_results(root, entries); });
}

}  // namespace ekiden::aws::sqs
