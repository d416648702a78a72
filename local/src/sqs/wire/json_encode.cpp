// Written by hand: a tree of values between the result and its text would cost more than both.
#include <ekiden/base/base64.hpp>

#include "codec.hpp"
#include "text.hpp"

namespace ekiden::local::sqs {

namespace {

// A member whose name is a literal that needs no escaping.
void member(std::string& out, std::string_view name, std::string_view value) {
  out += out.back() == '{' ? "\"" : ",\"";
  out += name;
  out += "\":";
  append_json(out, value);
}

void digest(std::string& out, std::string_view name, std::string_view bytes) {
  if (!bytes.empty()) {
    out += out.back() == '{' ? "\"" : ",\"";
    out += name;
    out += "\":\"";
    append_hex(out, bytes);
    out += '"';
  }
}

void open_list(std::string& out, std::string_view name) {
  out += out.back() == '{' ? "\"" : ",\"";
  out += name;
  out += "\":[";
}

void element(std::string& out) { out += out.back() == '[' ? "{" : ",{"; }

void failures(std::string& out, const std::vector<Failure>& failed) {
  if (failed.empty()) {
    return;
  }
  open_list(out, "Failed");
  for (const Failure& failure : failed) {
    const ErrorSpec& spec = spec_of(failure.code);
    element(out);
    member(out, "Id", failure.id);
    out += spec.sender ? ",\"SenderFault\":true" : ",\"SenderFault\":false";
    member(out, "Code", spec.query_code);
    member(out, "Message", failure.message);
    out += '}';
  }
  out += ']';
}

void write(std::string&, const Nothing&) {}

void write(std::string& out, const QueueUrlResult& result) { member(out, "QueueUrl", result.url); }

void write(std::string& out, const ListResult& result) {
  if (!result.urls.empty()) {
    open_list(out, "QueueUrls");
    for (const std::string& url : result.urls) {
      out += out.back() == '[' ? "" : ",";
      append_json(out, url);
    }
    out += ']';
  }
  if (!result.next_token.empty()) {
    member(out, "NextToken", result.next_token);
  }
}

void write(std::string& out, const AttributesResult& result) {
  if (result.attributes.empty()) {
    return;
  }
  out += "\"Attributes\":{";
  for (const auto& [name, value] : result.attributes) {
    member(out, name, value);
  }
  out += '}';
}

void write_sent(std::string& out, const Sent& sent) {
  member(out, "MessageId", sent.message_id);
  digest(out, "MD5OfMessageBody", sent.body_md5);
  digest(out, "MD5OfMessageAttributes", sent.attributes_md5);
  digest(out, "MD5OfMessageSystemAttributes", sent.system_md5);
}

void write(std::string& out, const SendResult& result) {
  if (!result.batch) {
    write_sent(out, result.sent.front());
    return;
  }
  if (!result.sent.empty()) {
    open_list(out, "Successful");
    for (const Sent& sent : result.sent) {
      element(out);
      member(out, "Id", sent.id);
      write_sent(out, sent);
      out += '}';
    }
    out += ']';
  }
  failures(out, result.failed);
}

void write_attributes(std::string& out, std::string_view encoded) {
  out += ",\"MessageAttributes\":{";
  for (const MessageAttribute& attribute : decode(encoded)) {
    out += out.back() == '{' ? "" : ",";
    append_json(out, attribute.name);
    out += ":{";
    if (attribute.binary) {
      out += "\"BinaryValue\":\"";
      out += base::to_base64(attribute.value);
      out += '"';
    } else {
      member(out, "StringValue", attribute.value);
    }
    member(out, "DataType", attribute.type);
    out += '}';
  }
  out += '}';
}

void write(std::string& out, const ReceiveResult& result) {
  if (result.messages.empty()) {
    return;
  }
  open_list(out, "Messages");
  for (const Received& message : result.messages) {
    element(out);
    member(out, "MessageId", message.message_id);
    member(out, "ReceiptHandle", message.handle);
    digest(out, "MD5OfBody", message.body_md5);
    member(out, "Body", message.body);
    if (!message.system.empty()) {
      out += ",\"Attributes\":{";
      for (const auto& [name, value] : message.system) {
        member(out, name, value);
      }
      out += '}';
    }
    if (!message.attributes.empty()) {
      digest(out, "MD5OfMessageAttributes", message.attributes_md5);
      write_attributes(out, message.attributes);
    }
    out += '}';
  }
  out += ']';
}

void write(std::string& out, const EntriesResult& result) {
  if (!result.done.empty()) {
    open_list(out, "Successful");
    for (const std::string_view id : result.done) {
      element(out);
      member(out, "Id", id);
      out += '}';
    }
    out += ']';
  }
  failures(out, result.failed);
}

}  // namespace

std::string JsonCodec::encode(const Result& result) {
  std::string out;
  if (const auto* received = std::get_if<ReceiveResult>(&result)) {
    std::size_t size = 64;
    for (const Received& message : received->messages) {
      size += message.body.size() + 512;
    }
    out.reserve(size);
  }
  out += '{';
  std::visit([&out](const auto& each) { write(out, each); }, result);
  out += '}';
  return out;
}

http::HttpResponse JsonCodec::error(const ErrorSpec& spec, std::string_view message) {
  http::HttpResponse response;
  response.status = spec.status;
  // Clients that knew the Query protocol's codes find them here.
  response.headers.add("x-amzn-query-error", std::string(spec.query_code) + (spec.sender ? ";Sender" : ";Receiver"));
  response.body += '{';
  member(response.body, "__type", spec.type);
  member(response.body, "message", message);
  response.body += '}';
  return response;
}

}  // namespace ekiden::local::sqs
