/// Names and ids of AWS, as types of their own: strings passed in the wrong order could delete the wrong message.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace ekiden::aws {

/// An Amazon Resource Name: "arn:aws:sqs:us-east-1:123456789012:news".
class Arn {
 public:
  Arn() = default;
  explicit Arn(std::string text) : text_(std::move(text)) {}

  const std::string& text() const { return text_; }
  /// The last part: the name of a queue. The whole text if it is not an ARN.
  std::string_view resource() const { return std::string_view(text_).substr(text_.rfind(':') + 1); }
  bool is_arn() const { return text_.starts_with("arn:"); }
  std::string_view service() const { return part(2); }
  std::string_view region() const { return part(3); }
  std::string_view account() const { return part(4); }
  bool operator==(const Arn&) const = default;

 private:
  // A part of arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE by its position; empty if there are fewer parts.
  std::string_view part(std::size_t number) const {
    std::string_view rest = text_;
    for (; number > 0; --number) {
      const std::size_t colon = rest.find(':');
      rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
    }
    return rest.substr(0, rest.find(':'));
  }

  std::string text_;
};

}  // namespace ekiden::aws

namespace ekiden::aws::sqs {

/// The short name of a queue that is given by name, URL or ARN. Logs and metrics use it.
inline std::string_view queue_name_of(std::string_view queue) { return queue.substr(queue.find_last_of("/:") + 1); }

/// True if this name, URL or ARN is that of a FIFO queue. The names of FIFO queues end with ".fifo", other names have
/// no dot. Source: SQS API Reference, CreateQueue.
inline bool is_fifo_name(std::string_view queue) { return queue_name_of(queue).ends_with(".fifo"); }

/// The URL that identifies a queue in every call: "https://sqs.us-east-1.amazonaws.com/123456789012/news".
class QueueUrl {
 public:
  QueueUrl() = default;
  explicit QueueUrl(std::string text) : text_(std::move(text)) {}

  const std::string& text() const { return text_; }
  /// The last part of the path: the queue's short name.
  std::string_view name() const { return name_in(text_); }
  static std::string_view name_in(std::string_view url) { return url.substr(url.rfind('/') + 1); }
  bool operator==(const QueueUrl&) const = default;

 private:
  std::string text_;
};

/// The id that SQS gave a message when it was sent. The same at every receive; a redrive gives a new one.
class MessageId {
 public:
  MessageId() = default;
  explicit MessageId(std::string text) : text_(std::move(text)) {}

  const std::string& text() const { return text_; }
  bool operator==(const MessageId&) const = default;
  auto operator<=>(const MessageId&) const = default;

 private:
  std::string text_;
};

/// Identifies one receive of one message. A delete or a visibility change needs it.
///
/// Limits: only the handle of the latest receive is sure to work.
/// Errors: a stale handle fails in the call that uses it (ReceiptHandleIsInvalid), or succeeds and deletes nothing.
/// Source: SQS API Reference, DeleteMessage.
class ReceiptHandle {
 public:
  ReceiptHandle() = default;
  explicit ReceiptHandle(std::string text) : text_(std::move(text)) {}

  const std::string& text() const { return text_; }
  bool operator==(const ReceiptHandle&) const = default;
  auto operator<=>(const ReceiptHandle&) const = default;

 private:
  std::string text_;
};

}  // namespace ekiden::aws::sqs
