#include "front/protocols/protocols.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "front/route.hpp"

namespace ekiden::local {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

http::HttpRequest request_to(const std::string& target, std::string body = "{}") {
  http::HttpRequest request;
  request.url = "/";
  request.headers.add("Host", "127.0.0.1:4566");
  if (!target.empty()) {
    request.headers.add("X-Amz-Target", target);
  }
  request.body = std::move(body);
  return request;
}

http::HttpResponse refuse(const Frontend& frontend, const Refusal& refusal) {
  runtime::Random random{1};
  http::HttpResponse response = frontend.refuse(refusal, random);
  EXPECT_EQ(response.headers.find("x-amzn-requestid").value_or("").size(), 36U);
  return response;
}

const aws::SignatureRefusal kWrongSignature{
    .code = "InvalidSignatureException", .query_code = "SignatureDoesNotMatch", .message = "<no>", .http_status = 403};

// Goal: a request enters the Frontend of its protocol; one without a known protocol enters none.
TEST(ProtocolsTest, FindsTheFrontendOfARequest) {
  EXPECT_EQ(enter(request_to("AmazonSQS.SendMessage"))->frontend, &sqs_json());
  EXPECT_EQ(enter(request_to("", "Version=2012-11-05&Action=SendMessage"))->frontend, &sqs_query());
  EXPECT_EQ(enter(request_to("DynamoDB_20120810.PutItem"))->frontend, &dynamodb_json());
  EXPECT_EQ(enter(request_to("DynamoDB_20111205.PutItem"))->frontend, nullptr);
  EXPECT_EQ(enter(request_to(""))->frontend, nullptr);
}

// Goal: every protocol finds the operation and the region. Method: with and without an Authorization header.
TEST(ProtocolsTest, ReadsOperationAndRegion) {
  for (http::HttpRequest request : {request_to("AmazonSQS.CreateQueue"), request_to("", "Action=CreateQueue"),
                                    request_to("DynamoDB_20120810.CreateQueue")}) {
    const SharedCall plain = enter(request);
    ASSERT_NE(plain->frontend, nullptr);
    EXPECT_EQ(plain->operation, "CreateQueue");
    EXPECT_EQ(plain->region, "us-east-1");
    request.headers.add("Authorization", "AWS4-HMAC-SHA256 Credential=AK/20261123/ap-northeast-1/x/aws4_request, y=z");
    EXPECT_EQ(enter(std::move(request))->region, "ap-northeast-1");
  }
}

// Goal: an error in SQS's JSON protocol also has the Query protocol's code.
TEST(ProtocolsTest, RefusesInSqsJson) {
  const auto throttled = refuse(sqs_json(), Throttled{"slow"});
  EXPECT_EQ(throttled.status, 403);
  EXPECT_EQ(throttled.body, R"({"__type":"com.amazonaws.sqs#RequestThrottled","message":"slow"})");
  EXPECT_EQ(throttled.headers.find("x-amzn-query-error"), "RequestThrottled;Sender");
  const auto failed = refuse(sqs_json(), InternalError{"full"});
  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(failed.body, R"({"__type":"com.amazonaws.sqs#InternalFailure","message":"full"})");
  EXPECT_EQ(failed.headers.find("x-amzn-query-error"), "InternalFailure;Receiver");
  const auto wrong = refuse(sqs_json(), kWrongSignature);
  EXPECT_EQ(wrong.status, 403);
  EXPECT_EQ(wrong.body, R"({"__type":"com.amazon.coral.service#InvalidSignatureException","message":"<no>"})");
  EXPECT_EQ(wrong.headers.find("x-amzn-query-error"), "SignatureDoesNotMatch;Sender");
}

// Goal: the Query protocol answers in XML.
TEST(ProtocolsTest, RefusesInSqsQuery) {
  const std::string head =
      R"(<?xml version="1.0"?><ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error>)";
  const auto throttled = refuse(sqs_query(), Throttled{"slow"});
  EXPECT_EQ(throttled.status, 403);
  EXPECT_THAT(throttled.body, StartsWith(head + "<Type>Sender</Type><Code>RequestThrottled</Code>"
                                                "<Message>slow</Message><Detail/></Error><RequestId>"));
  const auto failed = refuse(sqs_query(), InternalError{"full"});
  EXPECT_EQ(failed.status, 500);
  EXPECT_THAT(failed.body, StartsWith(head + "<Type>Receiver</Type><Code>InternalFailure</Code>"));
  const auto wrong = refuse(sqs_query(), kWrongSignature);
  EXPECT_EQ(wrong.status, 403);
  EXPECT_EQ(wrong.headers.find("content-type"), "text/xml");
  EXPECT_THAT(wrong.body, StartsWith(head + "<Type>Sender</Type><Code>SignatureDoesNotMatch</Code>"
                                            "<Message>&lt;no&gt;</Message><Detail/></Error><RequestId>"));
}

// Goal: DynamoDB answers 400 to all errors except its own failures, with the checksum that clients verify.
TEST(ProtocolsTest, RefusesInDynamoDbJson) {
  const auto throttled = refuse(dynamodb_json(), Throttled{"slow"});
  EXPECT_EQ(throttled.status, 400);
  EXPECT_EQ(throttled.body, R"({"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",)"
                            R"("message":"slow"})");
  EXPECT_TRUE(throttled.headers.find("x-amz-crc32"));
  const auto failed = refuse(dynamodb_json(), InternalError{"full"});
  EXPECT_EQ(failed.status, 500);
  EXPECT_THAT(failed.body, HasSubstr("v20120810#InternalServerError"));
  const auto wrong = refuse(dynamodb_json(), kWrongSignature);
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(wrong.body, R"({"__type":"com.amazon.coral.service#InvalidSignatureException","message":"<no>"})");
}

}  // namespace
}  // namespace ekiden::local
