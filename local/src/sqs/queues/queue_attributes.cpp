#include "queue_attributes.hpp"

#include <ekiden/aws/names.hpp>
#include <ekiden/base/parse.hpp>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>

#include "backlog.hpp"
#include "sqs/api/limits.hpp"
#include "store/database.hpp"

namespace ekiden::local::sqs {

namespace {

struct NumberAttribute {
  std::string_view name;
  std::int64_t Queue::* field;
  std::int64_t least;
  std::int64_t most;
};
constexpr std::array kNumbers = {
    NumberAttribute{"DelaySeconds", &Queue::delay_s, 0, kDelayMaxSeconds},
    NumberAttribute{"MaximumMessageSize", &Queue::max_bytes, kMessageBytesMaxLeast, kMessageBytesMax},
    NumberAttribute{"MessageRetentionPeriod", &Queue::retention_s, kRetentionLeastSeconds, kRetentionMaxSeconds},
    NumberAttribute{"ReceiveMessageWaitTimeSeconds", &Queue::wait_s, 0, kWaitMaxSeconds},
    NumberAttribute{"VisibilityTimeout", &Queue::visibility_s, 0, kVisibilityMaxSeconds},
};
// Stored and returned, without an effect on this server.
constexpr std::array<std::string_view, 6> kTexts = {"Policy",
                                                    "RedrivePolicy",
                                                    "RedriveAllowPolicy",
                                                    "KmsMasterKeyId",
                                                    "KmsDataKeyReusePeriodSeconds",
                                                    "SqsManagedSseEnabled"};
constexpr std::array<std::string_view, 4> kFifo = {"FifoQueue", "ContentBasedDeduplication", "DeduplicationScope",
                                                   "FifoThroughputLimit"};
constexpr std::array<std::string_view, 6> kReadOnly = {"ApproximateNumberOfMessages",
                                                       "ApproximateNumberOfMessagesDelayed",
                                                       "ApproximateNumberOfMessagesNotVisible",
                                                       "CreatedTimestamp",
                                                       "LastModifiedTimestamp",
                                                       "QueueArn"};

template <typename Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

SqsRefusal unknown_attribute(std::string_view name) {
  return {ErrorCode::kInvalidAttributeName, "Unknown Attribute " + std::string(name) + "."};
}

SqsRefusal invalid_attribute(std::string_view name) {
  return {ErrorCode::kInvalidAttributeValue, "Invalid value for the parameter " + std::string(name) + "."};
}

void apply_redrive_policy(Session& session, const std::string& text, Queue& queue) {
  queue.dead_letter_queue.clear();
  queue.max_receives = 0;
  if (text.empty()) {
    return;  // Removes the policy.
  }
  boost::system::error_code error;
  const boost::json::value policy = boost::json::parse(text, error);
  if (error || !policy.is_object()) {
    throw invalid_value(text, "RedrivePolicy", "Redrive policy is not a valid JSON map.");
  }
  const boost::json::value* target = policy.get_object().if_contains("deadLetterTargetArn");
  const boost::json::value* count = policy.get_object().if_contains("maxReceiveCount");
  if (target == nullptr || !target->is_string() || count == nullptr) {
    throw invalid_value(text, "RedrivePolicy",
                        std::string("Redrive policy does not contain mandatory attribute: ") +
                            (count == nullptr ? "maxReceiveCount." : "deadLetterTargetArn."));
  }
  // SDKs write the count as a number, the console and CloudFormation as a string.
  const std::optional<std::int64_t> receives = count->is_int64()    ? count->get_int64()
                                               : count->is_string() ? base::parse<std::int64_t>(count->get_string())
                                                                    : std::nullopt;
  if (!receives || *receives < 1 || *receives > kMaxReceiveCountMax) {
    throw invalid_value(text, "RedrivePolicy",
                        "Invalid value for maxReceiveCount: valid values are from 1 to 1000 both inclusive.");
  }
  const std::string_view arn = target->get_string();
  const std::string_view name = aws::sqs::queue_name_of(arn);
  if (find_queue_id(session, name) == 0) {
    throw invalid_value(text, "RedrivePolicy", "Dead letter target does not exist.");
  }
  queue.dead_letter_queue = name;
  queue.max_receives = *receives;
}

void check_text(const std::string& name, const std::string& value) {
  if (name == "KmsDataKeyReusePeriodSeconds") {
    const auto seconds = base::parse<std::int64_t>(value);
    if (!seconds || *seconds < 60 || *seconds > 86'400) {
      throw invalid_attribute(name);
    }
  } else if (name == "SqsManagedSseEnabled" && value != "true" && value != "false") {
    throw invalid_attribute(name);
  }
}

void apply_attribute(Session& session, const std::string& name, const std::string& value, Queue& queue,
                     Attributes& kept) {
  const auto* number =
      std::find_if(kNumbers.begin(), kNumbers.end(), [&](const NumberAttribute& each) { return each.name == name; });
  if (number != kNumbers.end()) {
    const auto parsed = base::parse<std::int64_t>(value);
    if (!parsed || *parsed < number->least || *parsed > number->most) {
      throw invalid_attribute(name);
    }
    queue.*(number->field) = *parsed;
    return;
  }
  if (name == "FifoQueue") {
    throw SqsRefusal(ErrorCode::kInvalidAttributeValue,
                     "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.");
  }
  if (!contains(kTexts, name)) {
    throw unknown_attribute(name);
  }
  if (name == "RedrivePolicy") {
    apply_redrive_policy(session, value, queue);
  }
  check_text(name, value);
  kept[name] = value;
}

// Appends the requested attributes, in AWS's spelling.
class ChosenAttributes {
 public:
  explicit ChosenAttributes(const std::vector<std::string_view>& names) : names_(names), all_(contains(names, "All")) {}
  bool wants(std::string_view name) const { return all_ || contains(names_, name); }
  void add(std::string_view name, std::string value) {
    if (wants(name)) {
      result.attributes.emplace_back(name, std::move(value));
    }
  }
  void add(std::string_view name, std::int64_t value) { add(name, std::to_string(value)); }

  AttributesResult result;

 private:
  const std::vector<std::string_view>& names_;
  bool all_;
};

}  // namespace

void apply_attributes(Session& session, const Attributes& given, Queue& queue, Attributes& kept) {
  for (const auto& [name, value] : given) {
    apply_attribute(session, name, value, queue, kept);
  }
}

void store_attributes(Session& session, Queue& queue, const Attributes& kept) {
  queue.modified_s = session.shown_ms(session.now_ms()) / 1'000;
  session.database
      .prepare(
          "UPDATE sqs_queues SET visibility_s=?, delay_s=?, max_bytes=?, retention_s=?, wait_s=?, dead_letter_queue=?, "
          "max_receives=?, modified_s=? WHERE id=?")
      .bind(1, queue.visibility_s)
      .bind(2, queue.delay_s)
      .bind(3, queue.max_bytes)
      .bind(4, queue.retention_s)
      .bind(5, queue.wait_s)
      .bind(6, queue.dead_letter_queue)
      .bind(7, queue.max_receives)
      .bind(8, queue.modified_s)
      .bind(9, queue.id)
      .run();
  for (const auto& [name, value] : kept) {
    if (value.empty()) {
      session.database.prepare("DELETE FROM sqs_queue_attributes WHERE queue=? AND name=?")
          .bind(1, queue.id)
          .bind(2, name)
          .run();
      continue;
    }
    session.database.prepare("INSERT OR REPLACE INTO sqs_queue_attributes(queue, name, value) VALUES(?,?,?)")
        .bind(1, queue.id)
        .bind(2, name)
        .bind(3, value)
        .run();
  }
}

Attributes stored_attributes(Session& session, const Queue& queue) {
  Attributes all;
  all["SqsManagedSseEnabled"] = "true";
  for (const NumberAttribute& number : kNumbers) {
    all[std::string(number.name)] = std::to_string(queue.*(number.field));
  }
  Statement row = session.database.prepare("SELECT name, value FROM sqs_queue_attributes WHERE queue=?");
  row.bind(1, queue.id);
  while (row.step()) {
    all[std::string(row.text(0))] = row.text(1);
  }
  return all;
}

AttributesResult get_queue_attributes(Session& session, const GetQueueAttributes& request) {
  const auto known = [](std::string_view name) {
    return name == "All" || contains(kTexts, name) || contains(kFifo, name) || contains(kReadOnly, name) ||
           std::any_of(kNumbers.begin(), kNumbers.end(), [&](const auto& number) { return number.name == name; });
  };
  for (const std::string_view name : request.names) {
    if (!known(name)) {
      throw unknown_attribute(name);
    }
  }
  const Queue queue = find_queue(session, request.queue);
  ChosenAttributes chosen(request.names);
  if (chosen.wants(kReadOnly[0]) || chosen.wants(kReadOnly[1]) || chosen.wants(kReadOnly[2])) {
    drop_expired(session, queue);
    const Counts counts = count_messages(session, queue);
    chosen.add("ApproximateNumberOfMessages", counts.visible);
    chosen.add("ApproximateNumberOfMessagesDelayed", counts.delayed);
    chosen.add("ApproximateNumberOfMessagesNotVisible", counts.in_flight);
  }
  chosen.add("CreatedTimestamp", queue.created_s);
  chosen.add("LastModifiedTimestamp", queue.modified_s);
  chosen.add("QueueArn", arn_of(session, queue.name));
  for (const auto& [name, value] : stored_attributes(session, queue)) {
    chosen.add(name, value);
  }
  return std::move(chosen.result);
}

Nothing set_queue_attributes(Session& session, const SetQueueAttributes& request) {
  Queue queue = find_queue(session, request.queue);
  Attributes kept;
  apply_attributes(session, request.attributes, queue, kept);
  store_attributes(session, queue, kept);
  return {};
}

}  // namespace ekiden::local::sqs
