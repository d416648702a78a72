#include "sqs_frontend.hpp"

namespace ekiden::local {

using sqs::ErrorCode;

void SqsFrontend::finish(http::HttpResponse& response, std::string request_id) const {
  response.headers.add("Content-Type", std::string(content_type()));
  response.headers.add("x-amzn-RequestId", std::move(request_id));
}

http::HttpResponse SqsFrontend::write(const sqs::ErrorSpec& spec, std::string_view message,
                                      runtime::Random& random) const {
  std::string request_id = random.uuid();
  http::HttpResponse response = error(spec, message, request_id);
  finish(response, std::move(request_id));
  return response;
}

bool SqsFrontend::take(Call& call) const {
  call.operation = operation_of(call.request);
  if (call.operation.empty()) {
    return false;
  }
  call.region = region_of(call.request);
  call.base_url = "http://";
  call.base_url += call.request.headers.find("host").value_or("localhost:4566");
  return true;
}

http::HttpResponse SqsFrontend::apply(Session& session, const Call& call) const {
  session.region = call.region;
  session.base_url = call.base_url;
  try {
    std::string request_id = session.random.uuid();
    http::HttpResponse response;
    response.body = execute(session, call, request_id);
    finish(response, std::move(request_id));
    return response;
  } catch (const sqs::SqsRefusal& refusal) {
    return write(spec_of(refusal.code()), refusal.what(), session.random);
  }
}

http::HttpResponse SqsFrontend::refuse(const Refusal& refusal, runtime::Random& random) const {
  struct Writer {
    const SqsFrontend& frontend;
    runtime::Random& random;
    http::HttpResponse operator()(const Throttled& each) {
      return frontend.write(spec_of(ErrorCode::kRequestThrottled), each.why, random);
    }
    http::HttpResponse operator()(const InternalError& each) {
      return frontend.write(spec_of(ErrorCode::kInternalFailure), each.why, random);
    }
    http::HttpResponse operator()(const aws::SignatureRefusal& each) {
      const std::string type = "com.amazon.coral.service#" + each.code;
      const sqs::ErrorSpec spec{.type = type, .query_code = each.query_code, .status = each.http_status};
      return frontend.write(spec, each.message, random);
    }
  };
  return std::visit(Writer{*this, random}, refusal);
}

}  // namespace ekiden::local
