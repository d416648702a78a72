#include "protocols.hpp"
#include "sqs/execute.hpp"
#include "sqs/wire/codec.hpp"
#include "sqs_frontend.hpp"

namespace ekiden::local {

namespace {

constexpr std::string_view kTarget = "AmazonSQS.";

class SqsJson final : public SqsFrontend {
 protected:
  std::string_view operation_of(const http::HttpRequest& request) const override {
    const std::string_view target = request.headers.find("x-amz-target").value_or("");
    return target.starts_with(kTarget) ? target.substr(kTarget.size()) : std::string_view();
  }

  std::string_view content_type() const override { return "application/x-amz-json-1.0"; }

  std::string execute(Session& session, const Call& call, std::string_view /*request_id*/) const override {
    sqs::JsonCodec codec;
    const sqs::Request decoded = codec.decode(call.operation, call.request);
    return sqs::JsonCodec::encode(sqs::execute(session, decoded));
  }

  http::HttpResponse error(const sqs::ErrorSpec& spec, std::string_view message,
                           std::string_view /*request_id*/) const override {
    return sqs::JsonCodec::error(spec, message);
  }
};

}  // namespace

const Frontend& sqs_json() {
  static const SqsJson frontend;
  return frontend;
}

}  // namespace ekiden::local
