#include <ekiden/base/base64.hpp>
#include <ekiden/base/parse.hpp>

#include <boost/json/parse.hpp>

#include <array>
#include <optional>
#include <utility>

#include "codec.hpp"

namespace ekiden::local::sqs {

namespace {

namespace json = boost::json;

[[noreturn]] void refuse_shape(std::string_view member) {
  throw SqsRefusal(ErrorCode::kSerialization, "The request's member " + std::string(member) + " has the wrong type.");
}

const json::value* find(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

std::optional<std::string_view> find_text(const json::object& object, std::string_view name) {
  const json::value* value = find(object, name);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (!value->is_string()) {
    refuse_shape(name);
  }
  return view(value->get_string());
}

std::string_view text_of(const json::object& object, std::string_view name) {
  return find_text(object, name).value_or(std::string_view());
}

std::optional<std::int64_t> find_number(const json::object& object, std::string_view name) {
  const json::value* value = find(object, name);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (value->is_int64()) {
    return value->get_int64();
  }
  // Some clients send numbers as strings, as in the Query protocol.
  const auto number = value->is_string() ? base::parse<std::int64_t>(view(value->get_string())) : std::nullopt;
  if (!number) {
    refuse_shape(name);
  }
  return number;
}

const json::object& object_of(const json::value& value, std::string_view name) {
  if (!value.is_object()) {
    refuse_shape(name);
  }
  return value.get_object();
}

template <typename Fn>
void for_each(const json::object& object, std::string_view name, Fn fn) {
  if (const json::value* value = find(object, name)) {
    if (!value->is_array()) {
      refuse_shape(name);
    }
    for (const json::value& element : value->get_array()) {
      fn(element);
    }
  }
}

void append_names(const json::object& object, std::string_view member, std::vector<std::string_view>& out) {
  for_each(object, member, [&](const json::value& element) {
    if (!element.is_string()) {
      refuse_shape(member);
    }
    out.push_back(view(element.get_string()));
  });
}

Attributes text_map(const json::object& object, std::string_view member) {
  Attributes out;
  if (const json::value* value = find(object, member)) {
    for (const auto& [key, each] : object_of(*value, member)) {
      if (!each.is_string()) {
        refuse_shape(member);
      }
      out.emplace(std::string(key), std::string(view(each.get_string())));
    }
  }
  return out;
}

std::vector<MessageAttribute> message_attributes(const json::object& object, std::string_view member,
                                                 std::deque<std::string>& decoded) {
  std::vector<MessageAttribute> out;
  const json::value* value = find(object, member);
  if (value == nullptr) {
    return out;
  }
  for (const auto& [key, each] : object_of(*value, member)) {
    const json::object& fields = object_of(each, member);
    MessageAttribute attribute;
    attribute.name = {key.data(), key.size()};
    attribute.type = text_of(fields, "DataType");
    if (const auto binary = find_text(fields, "BinaryValue")) {
      std::optional<std::string> bytes = base::from_base64(*binary);
      if (!bytes) {
        refuse_shape(member);
      }
      attribute.value = decoded.emplace_back(std::move(*bytes));
      attribute.binary = true;
    } else {
      attribute.value = text_of(fields, "StringValue");
    }
    out.push_back(attribute);
  }
  return out;
}

SendEntry send_entry(const json::object& object, std::deque<std::string>& decoded) {
  SendEntry entry;
  entry.id = text_of(object, "Id");
  entry.body = find_text(object, "MessageBody");
  entry.delay_s = find_number(object, "DelaySeconds");
  entry.attributes = message_attributes(object, "MessageAttributes", decoded);
  entry.system_attributes = message_attributes(object, "MessageSystemAttributes", decoded);
  entry.group = text_of(object, "MessageGroupId");
  entry.deduplication = find(object, "MessageDeduplicationId") != nullptr;
  return entry;
}

HandleEntry handle_entry(const json::object& object) {
  return {.id = text_of(object, "Id"),
          .handle = find_text(object, "ReceiptHandle"),
          .visibility_s = find_number(object, "VisibilityTimeout")};
}

ReceiveMessage receive(const json::object& object) {
  ReceiveMessage request;
  request.queue = text_of(object, "QueueUrl");
  request.max_messages = find_number(object, "MaxNumberOfMessages");
  request.visibility_s = find_number(object, "VisibilityTimeout");
  request.wait_s = find_number(object, "WaitTimeSeconds");
  append_names(object, "AttributeNames", request.system_names);
  append_names(object, "MessageSystemAttributeNames", request.system_names);
  append_names(object, "MessageAttributeNames", request.attribute_names);
  return request;
}

template <typename T>
T entries_of(const json::object& object, bool batch) {
  T request;
  request.queue = text_of(object, "QueueUrl");
  request.batch = batch;
  if (!batch) {
    request.entries.push_back(handle_entry(object));
    return request;
  }
  for_each(object, "Entries",
           [&](const json::value& each) { request.entries.push_back(handle_entry(object_of(each, "Entries"))); });
  return request;
}

SendMessage send(const json::object& object, bool batch, std::deque<std::string>& decoded) {
  SendMessage request;
  request.queue = text_of(object, "QueueUrl");
  request.batch = batch;
  if (!batch) {
    request.entries.push_back(send_entry(object, decoded));
    return request;
  }
  for_each(object, "Entries", [&](const json::value& each) {
    request.entries.push_back(send_entry(object_of(each, "Entries"), decoded));
  });
  return request;
}

using Decoder = Request (*)(const json::object&, std::deque<std::string>&);
constexpr std::array<std::pair<std::string_view, Decoder>, 14> kDecoders = {{
    {"ReceiveMessage", [](const json::object& o, std::deque<std::string>&) -> Request { return receive(o); }},
    {"SendMessage", [](const json::object& o, std::deque<std::string>& d) -> Request { return send(o, false, d); }},
    {"SendMessageBatch", [](const json::object& o, std::deque<std::string>& d) -> Request { return send(o, true, d); }},
    {"DeleteMessage",
     [](const json::object& o, std::deque<std::string>&) -> Request { return entries_of<DeleteMessage>(o, false); }},
    {"DeleteMessageBatch",
     [](const json::object& o, std::deque<std::string>&) -> Request { return entries_of<DeleteMessage>(o, true); }},
    {"ChangeMessageVisibility",
     [](const json::object& o, std::deque<std::string>&) -> Request { return entries_of<ChangeVisibility>(o, false); }},
    {"ChangeMessageVisibilityBatch",
     [](const json::object& o, std::deque<std::string>&) -> Request { return entries_of<ChangeVisibility>(o, true); }},
    {"CreateQueue",
     [](const json::object& o, std::deque<std::string>&) -> Request {
       return CreateQueue{text_of(o, "QueueName"), text_map(o, "Attributes"), text_map(o, "tags")};
     }},
    {"GetQueueUrl",
     [](const json::object& o, std::deque<std::string>&) -> Request { return GetQueueUrl{text_of(o, "QueueName")}; }},
    {"ListQueues",
     [](const json::object& o, std::deque<std::string>&) -> Request {
       return ListQueues{text_of(o, "QueueNamePrefix"), find_number(o, "MaxResults"), text_of(o, "NextToken")};
     }},
    {"DeleteQueue",
     [](const json::object& o, std::deque<std::string>&) -> Request { return DeleteQueue{text_of(o, "QueueUrl")}; }},
    {"PurgeQueue",
     [](const json::object& o, std::deque<std::string>&) -> Request { return PurgeQueue{text_of(o, "QueueUrl")}; }},
    {"GetQueueAttributes",
     [](const json::object& o, std::deque<std::string>&) -> Request {
       GetQueueAttributes request{text_of(o, "QueueUrl"), {}};
       append_names(o, "AttributeNames", request.names);
       return request;
     }},
    {"SetQueueAttributes",
     [](const json::object& o, std::deque<std::string>&) -> Request {
       return SetQueueAttributes{text_of(o, "QueueUrl"), text_map(o, "Attributes")};
     }},
}};

}  // namespace

Request JsonCodec::decode(std::string_view operation, const http::HttpRequest& request) {
  boost::system::error_code error;
  body_.emplace(
      json::parse(request.body.empty() ? std::string_view("{}") : std::string_view(request.body), error, &memory_));
  if (error || !body_->is_object()) {
    throw SqsRefusal(ErrorCode::kSerialization, "The request's body is not a JSON object.");
  }
  for (const auto& [name, decoder] : kDecoders) {
    if (name == operation) {
      return decoder(body_->get_object(), decoded_);
    }
  }
  throw SqsRefusal(ErrorCode::kUnknownOperation,
                   "The operation " + std::string(operation) + " is not supported by this local server.");
}

}  // namespace ekiden::local::sqs
