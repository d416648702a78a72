#include "handle.hpp"

#include "codec.hpp"
#include "sqs/messages/messages.hpp"
#include "sqs/queues/queue_attributes.hpp"
#include "sqs/queues/queues.hpp"

namespace ekiden::local::sqs {

namespace {

constexpr std::string_view kTarget = "AmazonSQS.";

// The region of "Credential=KEY/DATE/REGION/sqs/aws4_request"; queues are the same in every one.
std::string_view region_of(const http::HttpRequest& request) {
  std::string_view text = request.headers.find("authorization").value_or("");
  const std::size_t credential = text.find("Credential=");
  if (credential == std::string_view::npos) {
    return {};
  }
  text.remove_prefix(credential);
  for (int slashes = 0; slashes < 2; ++slashes) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
      return {};
    }
    text.remove_prefix(slash + 1);
  }
  return text.substr(0, text.find('/'));
}

void finish(http::HttpResponse& response, bool json, std::string request_id) {
  response.headers.add("Content-Type", json ? "application/x-amz-json-1.0" : "text/xml");
  response.headers.add("x-amzn-RequestId", std::move(request_id));
}

}  // namespace

bool is_json(const http::HttpRequest& request) {
  return request.headers.find("x-amz-target").value_or("").starts_with(kTarget);
}

std::string_view operation_of(const http::HttpRequest& request) {
  const std::string_view target = request.headers.find("x-amz-target").value_or("");
  if (target.starts_with(kTarget)) {
    return target.substr(kTarget.size());
  }
  const std::string_view action = raw_parameter(request.body, "Action");
  return action.empty() ? raw_parameter(query_of(request.url), "Action") : action;
}

Result execute(Context& context, const Request& request) {
  struct Visitor {
    Context& context;
    Result operator()(const CreateQueue& each) { return create_queue(context, each); }
    Result operator()(const GetQueueUrl& each) { return get_queue_url(context, each); }
    Result operator()(const ListQueues& each) { return list_queues(context, each); }
    Result operator()(const DeleteQueue& each) { return delete_queue(context, each); }
    Result operator()(const PurgeQueue& each) { return purge_queue(context, each); }
    Result operator()(const GetQueueAttributes& each) { return get_queue_attributes(context, each); }
    Result operator()(const SetQueueAttributes& each) { return set_queue_attributes(context, each); }
    Result operator()(const SendMessage& each) { return send_message(context, each); }
    Result operator()(const ReceiveMessage& each) { return receive_message(context, each); }
    Result operator()(const DeleteMessage& each) { return delete_message(context, each); }
    Result operator()(const ChangeVisibility& each) { return change_visibility(context, each); }
  };
  return std::visit(Visitor{context}, request);
}

http::HttpResponse answer_error(const http::HttpRequest& request, const Error& error, runtime::Random& random) {
  const bool json = is_json(request);
  std::string request_id = random.uuid();
  http::HttpResponse response = json ? JsonCodec::error(error) : QueryCodec::error(error, request_id);
  finish(response, json, std::move(request_id));
  return response;
}

http::HttpResponse handle(Context context, const http::HttpRequest& request) {
  const std::string base_url = "http://" + std::string(request.headers.find("host").value_or("localhost:4566"));
  context.base_url = base_url;
  if (const std::string_view region = region_of(request); !region.empty()) {
    context.region = region;
  }
  const std::string_view operation = operation_of(request);
  try {
    std::string request_id = context.random.uuid();
    http::HttpResponse response;
    if (is_json(request)) {
      JsonCodec codec;
      const Request decoded = codec.decode(operation, request);
      response.body = JsonCodec::encode(execute(context, decoded));
      finish(response, true, std::move(request_id));
    } else {
      QueryCodec codec;
      const Request decoded = codec.decode(operation, request);
      response.body = QueryCodec::encode(execute(context, decoded), operation, request_id);
      finish(response, false, std::move(request_id));
    }
    return response;
  } catch (const Error& error) {
    return answer_error(request, error, context.random);
  }
}

}  // namespace ekiden::local::sqs
