// Writes JSON directly, which costs less than building a tree of values first.
#include <ekiden/base/base64.hpp>
#include <ekiden/base/json/writer.hpp>

#include "codec.hpp"

namespace ekiden::local::sqs {

namespace {

using base::JsonWriter;

void digest(JsonWriter& out, std::string_view name, std::string_view bytes) {
  if (!bytes.empty()) {
    out.key(name).hex(bytes);
  }
}

void failures(JsonWriter& out, const std::vector<Failure>& failed) {
  if (failed.empty()) {
    return;
  }
  out.key("Failed").begin_array();
  for (const Failure& failure : failed) {
    const ErrorSpec& spec = spec_of(failure.code);
    out.begin_object().field("Id", failure.id).field("SenderFault", spec.sender);
    out.field("Code", spec.query_code).field("Message", failure.message).end_object();
  }
  out.end_array();
}

void write_texts(JsonWriter& out, std::string_view name, const auto& texts) {
  out.key(name).begin_object();
  for (const auto& [key, value] : texts) {
    out.field(key, std::string_view(value));
  }
  out.end_object();
}

void write(JsonWriter&, const Nothing&) {}

void write(JsonWriter& out, const QueueUrlResult& result) { out.field("QueueUrl", result.url); }

void write(JsonWriter& out, const ListResult& result) {
  if (!result.urls.empty()) {
    out.key("QueueUrls").begin_array();
    for (const std::string& url : result.urls) {
      out.string(url);
    }
    out.end_array();
  }
  if (!result.next_token.empty()) {
    out.field("NextToken", result.next_token);
  }
}

void write(JsonWriter& out, const AttributesResult& result) {
  if (!result.attributes.empty()) {
    write_texts(out, "Attributes", result.attributes);
  }
}

void write_sent(JsonWriter& out, const Sent& sent) {
  out.field("MessageId", sent.message_id);
  digest(out, "MD5OfMessageBody", sent.body_md5);
  digest(out, "MD5OfMessageAttributes", sent.attributes_md5);
  digest(out, "MD5OfMessageSystemAttributes", sent.system_md5);
}

void write(JsonWriter& out, const SendResult& result) {
  if (!result.batch) {
    write_sent(out, result.sent.front());
    return;
  }
  if (!result.sent.empty()) {
    out.key("Successful").begin_array();
    for (const Sent& sent : result.sent) {
      out.begin_object().field("Id", sent.id);
      write_sent(out, sent);
      out.end_object();
    }
    out.end_array();
  }
  failures(out, result.failed);
}

void write_attributes(JsonWriter& out, std::string_view encoded) {
  out.key("MessageAttributes").begin_object();
  for (const MessageAttribute& attribute : decode(encoded)) {
    out.key(attribute.name).begin_object();
    if (attribute.binary) {
      out.field("BinaryValue", base::to_base64(attribute.value));
    } else {
      out.field("StringValue", attribute.value);
    }
    out.field("DataType", attribute.type).end_object();
  }
  out.end_object();
}

void write(JsonWriter& out, const ReceiveResult& result) {
  if (result.messages.empty()) {
    return;
  }
  out.key("Messages").begin_array();
  for (const Received& message : result.messages) {
    out.begin_object().field("MessageId", message.message_id).field("ReceiptHandle", message.handle);
    digest(out, "MD5OfBody", message.body_md5);
    out.field("Body", message.body);
    if (!message.system.empty()) {
      write_texts(out, "Attributes", message.system);
    }
    if (!message.attributes.empty()) {
      digest(out, "MD5OfMessageAttributes", message.attributes_md5);
      write_attributes(out, message.attributes);
    }
    out.end_object();
  }
  out.end_array();
}

void write(JsonWriter& out, const EntriesResult& result) {
  if (!result.done.empty()) {
    out.key("Successful").begin_array();
    for (const std::string_view id : result.done) {
      out.begin_object().field("Id", id).end_object();
    }
    out.end_array();
  }
  failures(out, result.failed);
}

}  // namespace

std::string JsonCodec::encode(const Result& result) {
  std::size_t size = 256;
  if (const auto* received = std::get_if<ReceiveResult>(&result)) {
    for (const Received& message : received->messages) {
      size += message.body.size() + 512;
    }
  }
  JsonWriter out(size);
  out.begin_object();
  std::visit([&out](const auto& each) { write(out, each); }, result);
  return out.end_object().take();
}

http::HttpResponse JsonCodec::error(const ErrorSpec& spec, std::string_view message) {
  http::HttpResponse response;
  response.status = spec.status;
  // The code of the Query protocol, for clients that still compare it.
  response.headers.add("x-amzn-query-error", std::string(spec.query_code) + (spec.sender ? ";Sender" : ";Receiver"));
  response.body = JsonWriter().begin_object().field("__type", spec.type).field("message", message).end_object().take();
  return response;
}

}  // namespace ekiden::local::sqs
