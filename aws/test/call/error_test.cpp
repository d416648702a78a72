// The text of a failed call, and the class of its code.
#include <ekiden/aws/call/error.hpp>

#include <gtest/gtest.h>

namespace ekiden::aws {
namespace {

Error::Facts facts(std::string operation, std::string resource, std::string code) {
  Error::Facts made;
  made.operation = std::move(operation);
  made.resource = std::move(resource);
  made.code = std::move(code);
  return made;
}

// Goal: the error's line has all facts that a bug report needs, and ends with what to do.
TEST(ErrorTest, ReadsAsOneLineEndingInItsRemedy) {
  Error::Facts denied = facts("sqs.DeleteMessageBatch", "https://sqs.us-east-1.amazonaws.com/1/news", "AccessDenied");
  denied.http_status = 403;
  denied.request_id = "abc-1";
  denied.message = "Access to the resource\nis denied.";
  EXPECT_STREQ(Error(denied).what(),
               "sqs.DeleteMessageBatch on https://sqs.us-east-1.amazonaws.com/1/news: AccessDenied (HTTP 403, request "
               "abc-1): Access to the resource is denied; allow sqs:DeleteMessage on it to the role or user of these "
               "credentials");
  Error::Facts lost = facts("dynamodb.PutItem", "news-deliveries", std::string(codes::kConnectionLost));
  lost.attempts = 4;
  EXPECT_STREQ(Error(lost).what(), "dynamodb.PutItem on news-deliveries: ConnectionLost (4 attempts)");
}

// Goal: the two problems with signatures have different remedies.
TEST(ErrorTest, TellsAWrongClockFromAWrongKey) {
  Error::Facts refused = facts("sqs.ListQueues", "", "InvalidSignatureException");
  refused.message = "Signature expired: 20260115T123456Z is now earlier than ...";
  EXPECT_TRUE(std::string_view(Error(refused).what()).ends_with("; set this machine's clock (NTP)"));
  refused.message = "The request signature we calculated does not match the signature you provided.";
  EXPECT_TRUE(std::string_view(Error(refused).what()).ends_with("; check the secret access key and the region"));
}

// Goal: the class decides about retries; codes take precedence over statuses.
TEST(ErrorTest, ClassifiesAsTheSdksDo) {
  struct Case {
    int status;
    std::string_view code;
    ErrorClass expected;
  };
  const Case cases[] = {
      {403, "RequestThrottled", ErrorClass::kThrottling},
      {400, "ProvisionedThroughputExceededException", ErrorClass::kThrottling},
      {500, "ThrottlingException", ErrorClass::kThrottling},
      {400, "KmsThrottled", ErrorClass::kThrottling},
      {429, "", ErrorClass::kThrottling},
      {500, "InternalFailure", ErrorClass::kTransient},
      {503, "", ErrorClass::kTransient},
      {400, "RequestTimeout", ErrorClass::kTransient},
      {0, codes::kConnectionFailed, ErrorClass::kTransient},
      {0, codes::kUntrusted, ErrorClass::kFinal},
      {400, "ValidationException", ErrorClass::kFinal},
      {403, "AccessDenied", ErrorClass::kFinal},
      {501, "", ErrorClass::kFinal},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(classify(c.status, c.code), c.expected) << c.status << " " << c.code;
  }
}

}  // namespace
}  // namespace ekiden::aws
