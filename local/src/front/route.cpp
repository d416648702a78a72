#include "route.hpp"

#include "sqs/wire/handle.hpp"
#include "text.hpp"

namespace ekiden::local {

namespace {

constexpr std::string_view kDynamoDbTarget = "DynamoDB_20120810.";

http::HttpResponse json_error(int status, std::string_view type, std::string_view message, runtime::Random& random) {
  http::HttpResponse response;
  response.status = status;
  response.headers.add("Content-Type", "application/x-amz-json-1.0");
  response.headers.add("x-amzn-RequestId", random.uuid());
  response.body = "{\"__type\":";
  append_json(response.body, type);
  response.body += ",\"message\":";
  append_json(response.body, message);
  response.body += '}';
  return response;
}

http::HttpResponse dynamodb_error(int status, std::string_view type, std::string_view message,
                                  runtime::Random& random) {
  http::HttpResponse response = json_error(status, type, message, random);
  response.headers.add("x-amz-crc32", crc32_text(response.body));
  return response;
}

}  // namespace

Route route_of(const http::HttpRequest& request) {
  const std::string_view target = request.headers.find("x-amz-target").value_or("");
  if (target.starts_with(kDynamoDbTarget)) {
    return {Endpoint::kDynamoDb, target.substr(kDynamoDbTarget.size())};
  }
  if (const std::string_view operation = sqs::operation_of(request); !operation.empty()) {
    return {Endpoint::kSqs, operation};
  }
  if (target.empty() && (request.method == "GET" || request.method == "HEAD") && request.url == "/") {
    return {Endpoint::kHealth, {}};
  }
  return {};
}

std::string_view service_name(Endpoint endpoint) { return endpoint == Endpoint::kSqs ? "sqs" : "dynamodb"; }

http::HttpResponse throttled(const Route& route, const http::HttpRequest& request, runtime::Random& random) {
  constexpr std::string_view kWhy = "Injected by --faults throttle.";
  if (route.endpoint == Endpoint::kSqs) {
    return sqs::answer_error(request, sqs::Error(sqs::ErrorCode::kRequestThrottled, std::string(kWhy)), random);
  }
  return dynamodb_error(400, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", kWhy, random);
}

http::HttpResponse internal_error(const Route& route, const http::HttpRequest& request, const std::string& why,
                                  runtime::Random& random) {
  if (route.endpoint == Endpoint::kSqs) {
    return sqs::answer_error(request, sqs::Error(sqs::ErrorCode::kInternalFailure, why), random);
  }
  return dynamodb_error(500, "com.amazonaws.dynamodb.v20120810#InternalServerError", why, random);
}

http::HttpResponse unavailable() {
  http::HttpResponse response;
  response.status = 503;
  response.headers.add("Content-Type", "text/html");
  response.body = "<html><body><b>503 LocalService Unavailable</b></body></html>";
  return response;
}

http::HttpResponse refused(const Route& route, const http::HttpRequest& request, const aws::SignatureRefusal& refusal,
                           runtime::Random& random) {
  const std::string type = "com.amazon.coral.service#" + refusal.code;
  if (route.endpoint == Endpoint::kDynamoDb) {
    return dynamodb_error(400, type, refusal.message, random);
  }
  if (sqs::is_json(request)) {
    http::HttpResponse response = json_error(refusal.http_status, type, refusal.message, random);
    response.headers.add("x-amzn-query-error", refusal.query_code + ";Sender");
    return response;
  }
  http::HttpResponse response;
  response.status = refusal.http_status;
  const std::string request_id = random.uuid();
  response.headers.add("Content-Type", "text/xml");
  response.headers.add("x-amzn-RequestId", request_id);
  response.body = "<?xml version=\"1.0\"?><ErrorResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"><Error>";
  response.body.append("<Type>Sender</Type><Code>").append(refusal.query_code).append("</Code><Message>");
  append_xml(response.body, refusal.message);
  response.body.append("</Message><Detail/></Error><RequestId>")
      .append(request_id)
      .append("</RequestId></ErrorResponse>");
  return response;
}

http::HttpResponse not_found() {
  http::HttpResponse response;
  response.status = 404;
  response.headers.add("Content-Type", "application/xml");
  response.body = "<UnknownOperationException/>\n";
  return response;
}

http::HttpResponse healthy(const http::HttpRequest& request) {
  http::HttpResponse response;
  response.headers.add("Content-Type", "text/plain");
  response.body = "healthy: " + std::string(request.headers.find("host").value_or("ekiden local")) + "\n";
  return response;
}

}  // namespace ekiden::local
