#include <ekiden/base/base64.hpp>
#include <ekiden/base/hex.hpp>

#include "codec.hpp"
#include "text.hpp"

namespace ekiden::local::sqs {

namespace {

constexpr std::string_view kNamespace = "http://queue.amazonaws.com/doc/2012-11-05/";

void open(std::string& out, std::string_view tag) { out.append("<").append(tag).append(">"); }
void close(std::string& out, std::string_view tag) { out.append("</").append(tag).append(">"); }

void element(std::string& out, std::string_view tag, std::string_view text) {
  open(out, tag);
  append_xml(out, text);
  close(out, tag);
}

void digest(std::string& out, std::string_view tag, std::string_view bytes) {
  if (!bytes.empty()) {
    element(out, tag, base::to_hex(bytes));
  }
}

void pair(std::string& out, std::string_view tag, std::string_view name, std::string_view value) {
  open(out, tag);
  element(out, "Name", name);
  element(out, "Value", value);
  close(out, tag);
}

void failures(std::string& out, const std::vector<Failure>& failed) {
  for (const Failure& failure : failed) {
    const ErrorSpec& spec = spec_of(failure.code);
    open(out, "BatchResultErrorEntry");
    element(out, "Id", failure.id);
    element(out, "SenderFault", spec.sender ? "true" : "false");
    element(out, "Code", spec.query_code);
    element(out, "Message", failure.message);
    close(out, "BatchResultErrorEntry");
  }
}

// Writes the content of <OperationResult>. If two operations have the same result type, the operation decides the tags.
class Writer {
 public:
  Writer(std::string& out, std::string_view operation) : out_(out), operation_(operation) {}

  void operator()(const Nothing&) {}
  void operator()(const QueueUrlResult& result) { element(out_, "QueueUrl", result.url); }
  void operator()(const ListResult& result) {
    for (const std::string& url : result.urls) {
      element(out_, "QueueUrl", url);
    }
    if (!result.next_token.empty()) {
      element(out_, "NextToken", result.next_token);
    }
  }
  void operator()(const AttributesResult& result) {
    for (const auto& [name, value] : result.attributes) {
      pair(out_, "Attribute", name, value);
    }
  }
  void operator()(const SendResult& result) {
    for (const Sent& sent : result.sent) {
      if (result.batch) {
        open(out_, "SendMessageBatchResultEntry");
        element(out_, "Id", sent.id);
      }
      element(out_, "MessageId", sent.message_id);
      digest(out_, "MD5OfMessageBody", sent.body_md5);
      digest(out_, "MD5OfMessageAttributes", sent.attributes_md5);
      digest(out_, "MD5OfMessageSystemAttributes", sent.system_md5);
      if (result.batch) {
        close(out_, "SendMessageBatchResultEntry");
      }
    }
    failures(out_, result.failed);
  }
  void operator()(const ReceiveResult& result) {
    for (const Received& message : result.messages) {
      open(out_, "Message");
      element(out_, "MessageId", message.message_id);
      element(out_, "ReceiptHandle", message.handle);
      digest(out_, "MD5OfBody", message.body_md5);
      element(out_, "Body", message.body);
      for (const auto& [name, value] : message.system) {
        pair(out_, "Attribute", name, value);
      }
      digest(out_, "MD5OfMessageAttributes", message.attributes_md5);
      for (const MessageAttribute& attribute : decode(message.attributes)) {
        message_attribute(attribute);
      }
      close(out_, "Message");
    }
  }
  void operator()(const EntriesResult& result) {
    const std::string tag = std::string(operation_) + "ResultEntry";
    for (const std::string_view id : result.done) {
      open(out_, tag);
      element(out_, "Id", id);
      close(out_, tag);
    }
    failures(out_, result.failed);
  }

 private:
  void message_attribute(const MessageAttribute& attribute) {
    open(out_, "MessageAttribute");
    element(out_, "Name", attribute.name);
    open(out_, "Value");
    if (attribute.binary) {
      open(out_, "BinaryValue");
      out_ += base::to_base64(attribute.value);
      close(out_, "BinaryValue");
    } else {
      element(out_, "StringValue", attribute.value);
    }
    element(out_, "DataType", attribute.type);
    close(out_, "Value");
    close(out_, "MessageAttribute");
  }

  std::string& out_;
  std::string_view operation_;
};

bool has_output(const Result& result) {
  if (std::holds_alternative<Nothing>(result)) {
    return false;
  }
  const auto* entries = std::get_if<EntriesResult>(&result);
  return entries == nullptr || entries->batch;
}

}  // namespace

std::string QueryCodec::encode(const Result& result, std::string_view operation, std::string_view request_id) {
  std::string out = "<?xml version=\"1.0\"?>";
  out.append("<").append(operation).append("Response xmlns=\"").append(kNamespace).append("\">");
  if (has_output(result)) {
    const std::string tag = std::string(operation) + "Result";
    open(out, tag);
    std::visit(Writer(out, operation), result);
    close(out, tag);
  }
  open(out, "ResponseMetadata");
  element(out, "RequestId", request_id);
  close(out, "ResponseMetadata");
  out.append("</").append(operation).append("Response>");
  return out;
}

http::HttpResponse QueryCodec::error(const ErrorSpec& spec, std::string_view message, std::string_view request_id) {
  http::HttpResponse response;
  response.status = spec.status;
  std::string& out = response.body;
  out = "<?xml version=\"1.0\"?>";
  out.append("<ErrorResponse xmlns=\"").append(kNamespace).append("\"><Error>");
  element(out, "Type", spec.sender ? "Sender" : "Receiver");
  element(out, "Code", spec.query_code);
  const bool no_queue = spec.query_code == spec_of(ErrorCode::kQueueDoesNotExist).query_code;
  element(out, "Message", no_queue ? "The specified queue does not exist for this wsdl version." : message);
  out += "<Detail/></Error>";
  element(out, "RequestId", request_id);
  out += "</ErrorResponse>";
  return response;
}

}  // namespace ekiden::local::sqs
