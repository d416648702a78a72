#include "dynamodb/api/errors.hpp"
#include "dynamodb/dynamodb.hpp"
#include "protocols.hpp"
#include "text.hpp"

namespace ekiden::local {

namespace {

constexpr std::string_view kTarget = "DynamoDB_20120810.";
constexpr std::size_t kBodySizeMax = 16 * 1024 * 1024;
constexpr int kRequestIdLength = 52;

std::string make_request_id(runtime::Random& random) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string id;
  id.reserve(kRequestIdLength);
  // Ten characters of an alphabet of 36 fit into one number.
  while (id.size() < kRequestIdLength) {
    std::uint64_t bits = random.next();
    for (int i = 0; i < 10 && id.size() < kRequestIdLength; ++i) {
      id += kAlphabet[bits % kAlphabet.size()];
      bits /= kAlphabet.size();
    }
  }
  return id;
}

http::HttpResponse write(dynamodb::JsonResponse json, std::string request_id) {
  http::HttpResponse response;
  response.status = json.status;
  response.headers.add("x-amzn-RequestId", std::move(request_id));
  response.headers.add("Content-Type", "application/x-amz-json-1.0");
  response.headers.add("x-amz-crc32", crc32_text(json.body));
  response.body = std::move(json.body);
  return response;
}

class DynamoDbJson final : public Frontend {
 public:
  Endpoint endpoint() const override { return Endpoint::kDynamoDb; }
  std::string_view signing_name() const override { return "dynamodb"; }
  double entry_fault_rate(const Faults& faults) const override { return faults.unprocessed; }

  bool take(Call& call) const override {
    const std::string_view target = call.request.headers.find("x-amz-target").value_or("");
    if (!target.starts_with(kTarget)) {
      return false;
    }
    call.operation = target.substr(kTarget.size());
    call.region = region_of(call.request);
    return true;
  }

  http::HttpResponse apply(Session& session, const Call& call) const override {
    std::string request_id = make_request_id(session.random);
    if (call.request.body.size() > kBodySizeMax) {
      http::HttpResponse response;
      response.status = 413;
      response.headers.add("x-amzn-RequestId", std::move(request_id));
      return response;
    }
    session.region = call.region;
    return write(dynamodb::execute(session, call.operation, call.request.body), std::move(request_id));
  }

  http::HttpResponse refuse(const Refusal& refusal, runtime::Random& random) const override {
    struct Reader {
      dynamodb::JsonResponse operator()(const Throttled& each) const {
        return {400, dynamodb::error_body({std::string(dynamodb::kThroughputExceeded), each.why})};
      }
      dynamodb::JsonResponse operator()(const InternalError& each) const {
        return {500, dynamodb::error_body({std::string(dynamodb::kInternalServerError), each.why})};
      }
      dynamodb::JsonResponse operator()(const aws::SignatureRefusal& each) const {
        return {400, dynamodb::error_body({"com.amazon.coral.service#" + each.code, each.message})};
      }
    };
    return write(std::visit(Reader{}, refusal), random.uuid());
  }
};

}  // namespace

const Frontend& dynamodb_json() {
  static const DynamoDbJson frontend;
  return frontend;
}

}  // namespace ekiden::local
