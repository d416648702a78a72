#include <ekiden/base/base64.hpp>
#include <ekiden/base/parse.hpp>
#include <ekiden/base/percent.hpp>

#include <array>
#include <charconv>
#include <utility>

#include "codec.hpp"

namespace ekiden::local::sqs {

namespace {

// The largest valid request, ten messages of ten attributes, has less than 500.
constexpr std::size_t kParametersMax = 2'000;

using Parameters = std::map<std::string, std::string, std::less<>>;

void parse_form(std::string_view form, Parameters& out) {
  while (!form.empty() && out.size() < kParametersMax) {
    const std::size_t end = std::min(form.find('&'), form.size());
    const std::string_view pair = form.substr(0, end);
    form.remove_prefix(std::min(end + 1, form.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (equals > 0) {
      out.insert_or_assign(base::form_decode(pair.substr(0, equals)),
                           base::form_decode(pair.substr(std::min(equals + 1, pair.size()))));
    }
  }
}

// The parameters with one prefix: the whole request, or one entry of a batch ("DeleteMessageBatchRequestEntry.1.").
class Scope {
 public:
  Scope(const Parameters& parameters, std::string prefix) : parameters_(parameters), prefix_(std::move(prefix)) {}

  std::optional<std::string_view> find(std::string_view name) const {
    const auto found = parameters_.find(prefix_ + std::string(name));
    return found == parameters_.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  }
  std::string_view text(std::string_view name) const { return find(name).value_or(std::string_view()); }

  std::optional<std::int64_t> number(std::string_view name) const {
    const auto value = find(name);
    if (!value) {
      return std::nullopt;
    }
    const auto parsed = base::parse<std::int64_t>(*value);
    if (!parsed) {
      throw invalid_value(*value, name, "Must be an integer.");
    }
    return parsed;
  }

  /// Calls `fn` with the scope of each element NAME.1., NAME.2., ... that has parameters.
  template <typename Fn>
  void each(std::string_view name, Fn fn) const {
    for (int index = 1;; ++index) {
      std::string element = prefix_ + std::string(name) + "." + std::to_string(index) + ".";
      const auto first = parameters_.lower_bound(element);
      if (first == parameters_.end() || !first->first.starts_with(element)) {
        return;
      }
      fn(Scope(parameters_, std::move(element)));
    }
  }

  void append_names(std::string_view name, std::vector<std::string_view>& out) const {
    for (int index = 1;; ++index) {
      const auto value = find(std::string(name) + "." + std::to_string(index));
      if (!value) {
        return;
      }
      out.push_back(*value);
    }
  }

  Attributes map(std::string_view name, std::string_view key, std::string_view value) const {
    Attributes out;
    each(name, [&](const Scope& pair) { out.emplace(std::string(pair.text(key)), std::string(pair.text(value))); });
    return out;
  }

 private:
  const Parameters& parameters_;
  std::string prefix_;
};

std::vector<MessageAttribute> message_attributes(const Scope& scope, std::string_view name,
                                                 std::deque<std::string>& decoded) {
  std::vector<MessageAttribute> out;
  scope.each(name, [&](const Scope& each) {
    MessageAttribute attribute;
    attribute.name = each.text("Name");
    attribute.type = each.text("Value.DataType");
    if (const auto binary = each.find("Value.BinaryValue")) {
      std::optional<std::string> bytes = base::from_base64(*binary);
      if (!bytes) {
        throw invalid_value(attribute.name, "BinaryValue", "Must be base64.");
      }
      attribute.value = decoded.emplace_back(std::move(*bytes));
      attribute.binary = true;
    } else {
      attribute.value = each.text("Value.StringValue");
    }
    out.push_back(attribute);
  });
  return out;
}

SendEntry send_entry(const Scope& scope, std::deque<std::string>& decoded) {
  SendEntry entry;
  entry.id = scope.text("Id");
  entry.body = scope.find("MessageBody");
  entry.delay_s = scope.number("DelaySeconds");
  entry.attributes = message_attributes(scope, "MessageAttribute", decoded);
  entry.system_attributes = message_attributes(scope, "MessageSystemAttribute", decoded);
  entry.group = scope.text("MessageGroupId");
  entry.deduplication = scope.find("MessageDeduplicationId").has_value();
  return entry;
}

HandleEntry handle_entry(const Scope& scope) {
  return {
      .id = scope.text("Id"), .handle = scope.find("ReceiptHandle"), .visibility_s = scope.number("VisibilityTimeout")};
}

template <typename T>
T entries_of(const Scope& scope, std::string_view queue, std::string_view batch) {
  T request;
  request.queue = queue;
  request.batch = !batch.empty();
  if (batch.empty()) {
    request.entries.push_back(handle_entry(scope));
  } else {
    scope.each(batch, [&](const Scope& each) { request.entries.push_back(handle_entry(each)); });
  }
  return request;
}

SendMessage send(const Scope& scope, std::string_view queue, bool batch, std::deque<std::string>& decoded) {
  SendMessage request;
  request.queue = queue;
  request.batch = batch;
  if (!batch) {
    request.entries.push_back(send_entry(scope, decoded));
  } else {
    scope.each("SendMessageBatchRequestEntry",
               [&](const Scope& each) { request.entries.push_back(send_entry(each, decoded)); });
  }
  return request;
}

ReceiveMessage receive(const Scope& scope, std::string_view queue) {
  ReceiveMessage request;
  request.queue = queue;
  request.max_messages = scope.number("MaxNumberOfMessages");
  request.visibility_s = scope.number("VisibilityTimeout");
  request.wait_s = scope.number("WaitTimeSeconds");
  scope.append_names("AttributeName", request.system_names);
  scope.append_names("MessageSystemAttributeName", request.system_names);
  scope.append_names("MessageAttributeName", request.attribute_names);
  return request;
}

Request decode_message_operation(std::string_view operation, const Scope& scope, std::string_view queue,
                                 std::deque<std::string>& decoded) {
  if (operation == "ReceiveMessage") {
    return receive(scope, queue);
  }
  if (operation == "SendMessage" || operation == "SendMessageBatch") {
    return send(scope, queue, operation == "SendMessageBatch", decoded);
  }
  if (operation == "DeleteMessage" || operation == "DeleteMessageBatch") {
    return entries_of<DeleteMessage>(scope, queue,
                                     operation == "DeleteMessage" ? "" : "DeleteMessageBatchRequestEntry");
  }
  if (operation == "ChangeMessageVisibility" || operation == "ChangeMessageVisibilityBatch") {
    return entries_of<ChangeVisibility>(
        scope, queue, operation == "ChangeMessageVisibility" ? "" : "ChangeMessageVisibilityBatchRequestEntry");
  }
  throw SqsRefusal(ErrorCode::kInvalidAction,
                   "The action " + std::string(operation) + " is not valid for this endpoint.");
}

// Old clients send to the queue's path, "/ACCOUNT/NAME", without a QueueUrl.
std::string_view path_queue(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  return path.rfind('/') > 0 && path.rfind('/') != std::string_view::npos ? path : std::string_view();
}

}  // namespace

std::string_view query_of(std::string_view target) {
  const std::size_t mark = target.find('?');
  return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

std::string_view raw_parameter(std::string_view form, std::string_view name) {
  while (!form.empty()) {
    const std::size_t end = std::min(form.find('&'), form.size());
    const std::string_view pair = form.substr(0, end);
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
      return pair.substr(name.size() + 1);
    }
    form.remove_prefix(std::min(end + 1, form.size()));
  }
  return {};
}

Request QueryCodec::decode(std::string_view operation, const http::HttpRequest& request) {
  parse_form(query_of(request.url), parameters_);
  parse_form(request.body, parameters_);
  const Scope scope(parameters_, "");
  const std::string_view queue = scope.find("QueueUrl").value_or(path_queue(request.url));
  if (operation == "CreateQueue") {
    Attributes tags = scope.map("Tag", "Key", "Value");
    return CreateQueue{scope.text("QueueName"), scope.map("Attribute", "Name", "Value"), std::move(tags)};
  }
  if (operation == "GetQueueUrl") {
    return GetQueueUrl{scope.text("QueueName")};
  }
  if (operation == "ListQueues") {
    return ListQueues{scope.text("QueueNamePrefix"), scope.number("MaxResults"), scope.text("NextToken")};
  }
  if (operation == "DeleteQueue") {
    return DeleteQueue{queue};
  }
  if (operation == "PurgeQueue") {
    return PurgeQueue{queue};
  }
  if (operation == "GetQueueAttributes") {
    GetQueueAttributes get{queue, {}};
    scope.append_names("AttributeName", get.names);
    return get;
  }
  if (operation == "SetQueueAttributes") {
    return SetQueueAttributes{queue, scope.map("Attribute", "Name", "Value")};
  }
  return decode_message_operation(operation, scope, queue, decoded_);
}

}  // namespace ekiden::local::sqs
