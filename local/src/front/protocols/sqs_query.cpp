#include "protocols.hpp"
#include "sqs/execute.hpp"
#include "sqs/wire/codec.hpp"
#include "sqs_frontend.hpp"

namespace ekiden::local {

namespace {

class SqsQuery final : public SqsFrontend {
 protected:
  std::string_view operation_of(const http::HttpRequest& request) const override {
    const std::string_view action = sqs::raw_parameter(request.body, "Action");
    return action.empty() ? sqs::raw_parameter(sqs::query_of(request.url), "Action") : action;
  }

  std::string_view content_type() const override { return "text/xml"; }

  std::string execute(Session& session, const Call& call, std::string_view request_id) const override {
    sqs::QueryCodec codec;
    const sqs::Request decoded = codec.decode(call.operation, call.request);
    return sqs::QueryCodec::encode(sqs::execute(session, decoded), call.operation, request_id);
  }

  http::HttpResponse error(const sqs::ErrorSpec& spec, std::string_view message,
                           std::string_view request_id) const override {
    return sqs::QueryCodec::error(spec, message, request_id);
  }
};

}  // namespace

const Frontend& sqs_query() {
  static const SqsQuery frontend;
  return frontend;
}

}  // namespace ekiden::local
