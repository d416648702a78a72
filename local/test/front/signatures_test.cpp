// A service that verifies signatures rejects requests in AWS's words, codes and protocols, and answers correctly signed
// ones.
#include <ekiden/aws/sign/sigv4.hpp>
#include <ekiden/local/service.hpp>
#include <ekiden/runtime/simulated/loop.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace ekiden::local {
namespace {

using std::chrono::minutes;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const aws::Credentials kKeys{"known", "secret", "", {}};

enum class Protocol { kSqsJson, kSqsQuery, kDynamoDb };

// An error in each protocol.
struct Expected {
  std::string json;   // The name in __type.
  std::string query;  // The code in the Query protocol and in x-amzn-query-error.
  std::string message;
};

class SignaturesTest : public ::testing::TestWithParam<Protocol> {
 protected:
  void SetUp() override {
    ServiceOptions options;
    options.keys = [this](std::string_view id) -> std::optional<aws::Credentials> {
      if (id == "session") {
        return aws::Credentials{"session", "secret", "token", loop_.clock().wall_now() - minutes(1)};
      }
      return id == "known" ? std::optional(kKeys) : std::nullopt;
    };
    service_.emplace(loop_.env(), std::move(options));
    tasks_.emplace(loop_.env().executor);
    tasks_->spawn(service_->run());
  }
  void TearDown() override {
    service_->stop();
    loop_.run(tasks_->join());
  }

  static http::HttpRequest unsigned_request() {
    http::HttpRequest request;
    request.url = "/";
    request.headers.add("Host", "127.0.0.1:4566");
    if (GetParam() == Protocol::kSqsQuery) {
      request.headers.add("Content-Type", "application/x-www-form-urlencoded");
      request.body = "Action=ListQueues&Version=2012-11-05";
      return request;
    }
    request.headers.add("Content-Type", "application/x-amz-json-1.0");
    request.headers.add("X-Amz-Target",
                        GetParam() == Protocol::kDynamoDb ? "DynamoDB_20120810.ListTables" : "AmazonSQS.ListQueues");
    request.body = "{}";
    return request;
  }

  http::HttpRequest signed_with(const aws::Credentials& keys, runtime::Duration clock_off = {}) {
    http::HttpRequest request = unsigned_request();
    aws::Sigv4 signer("us-east-1", GetParam() == Protocol::kDynamoDb ? "dynamodb" : "sqs");
    signer.sign(request, keys, loop_.clock().wall_now() + clock_off);
    return request;
  }

  http::HttpResponse call(http::HttpRequest request) {
    auto ask = [](LocalService& service, http::HttpRequest asked, http::HttpResponse& answer) -> Task<> {
      answer = co_await service.handle(std::move(asked));
    };
    http::HttpResponse answer;
    answer.status = 0;
    tasks_->spawn(ask(*service_, std::move(request), answer));
    loop_.run_for(std::chrono::milliseconds(10));
    return answer;
  }

  void expect_refused(http::HttpRequest request, const Expected& expected) {
    const http::HttpResponse answer = call(std::move(request));
    EXPECT_THAT(answer.body, HasSubstr(expected.message));
    EXPECT_TRUE(answer.headers.find("x-amzn-requestid"));
    if (GetParam() == Protocol::kSqsQuery) {
      EXPECT_EQ(answer.status, 403);
      EXPECT_THAT(answer.body, HasSubstr("<Code>" + expected.query + "</Code>"));
      return;
    }
    EXPECT_THAT(answer.body, StartsWith(R"({"__type":"com.amazon.coral.service#)" + expected.json + '"'));
    if (GetParam() == Protocol::kDynamoDb) {
      EXPECT_EQ(answer.status, 400);
      EXPECT_TRUE(answer.headers.find("x-amz-crc32"));
    } else {
      EXPECT_EQ(answer.status, 403);
      EXPECT_EQ(answer.headers.find("x-amzn-query-error"), expected.query + ";Sender");
    }
  }

  runtime::SimulatedLoop loop_;
  std::optional<LocalService> service_;
  std::optional<runtime::TaskGroup> tasks_;
};

const Expected kWrong{"InvalidSignatureException", "SignatureDoesNotMatch",
                      "The request signature we calculated does not match the signature you provided. Check your AWS "
                      "Secret Access Key and signing method. Consult the service documentation for details."};

// Goal: a correctly signed request is answered.
TEST_P(SignaturesTest, AnswersWhatIsSigned) { EXPECT_EQ(call(signed_with(kKeys)).status, 200); }

// Goal: a request without a signature, or with unknown keys, is rejected.
TEST_P(SignaturesTest, RefusesTheUnsignedAndTheUnknown) {
  expect_refused(unsigned_request(), {"MissingAuthenticationTokenException", "MissingAuthenticationToken",
                                      "Request is missing Authentication Token"});
  expect_refused(signed_with({"nobody", "secret", "", {}}), {"UnrecognizedClientException", "InvalidClientTokenId",
                                                             "The security token included in the request is invalid."});
}

// Goal: a wrong secret, or a body that was changed after signing, is rejected.
TEST_P(SignaturesTest, RefusesAWrongSecretAndAChangedBody) {
  expect_refused(signed_with({"known", "guess", "", {}}), kWrong);
  http::HttpRequest changed = signed_with(kKeys);
  changed.body += ' ';
  expect_refused(changed, kWrong);
}

// Goal: a wrong clock has an error of its own, with both times.
TEST_P(SignaturesTest, RefusesADateTenMinutesOff) {
  expect_refused(signed_with(kKeys, -minutes(10)),
                 {"InvalidSignatureException", "SignatureDoesNotMatch", "Signature expired: "});
  expect_refused(signed_with(kKeys, minutes(10)),
                 {"InvalidSignatureException", "SignatureDoesNotMatch", "Signature not yet current: "});
  EXPECT_THAT(call(signed_with(kKeys, -minutes(10))).body, HasSubstr(" is now earlier than "));
}

// Goal: an expired session has an error of its own.
TEST_P(SignaturesTest, RefusesAnExpiredToken) {
  expect_refused(signed_with({"session", "secret", "token", {}}),
                 {"ExpiredTokenException", "ExpiredToken", "The security token included in the request is expired"});
}

std::string protocol_name(const testing::TestParamInfo<Protocol>& info) {
  switch (info.param) {
    case Protocol::kSqsJson:
      return "SqsJson";
    case Protocol::kSqsQuery:
      return "SqsQuery";
    case Protocol::kDynamoDb:
      break;
  }
  return "DynamoDb";
}

INSTANTIATE_TEST_SUITE_P(Of, SignaturesTest,
                         testing::Values(Protocol::kSqsJson, Protocol::kSqsQuery, Protocol::kDynamoDb), protocol_name);

}  // namespace
}  // namespace ekiden::local
