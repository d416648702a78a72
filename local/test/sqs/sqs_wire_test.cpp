// The requests were captured from AWS's SDKs; the expected answers are those that the SDKs understand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "front/route.hpp"
#include "sqs_bench.hpp"

namespace ekiden::local::sqs {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

http::HttpRequest json(std::string operation, std::string body) {
  http::HttpRequest request;
  request.url = "/";
  request.headers.add("Host", "127.0.0.1:4566");
  request.headers.add("X-Amz-Target", "AmazonSQS." + operation);
  request.headers.add("Content-Type", "application/x-amz-json-1.0");
  request.body = std::move(body);
  return request;
}

http::HttpRequest query(std::string body) {
  http::HttpRequest request;
  request.url = "/";
  request.headers.add("Host", "localhost:4566");
  request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  request.body = std::move(body);
  return request;
}

class SqsWireTest : public ::testing::Test {
 protected:
  http::HttpResponse call(const http::HttpRequest& request) {
    const SharedCall call = enter(request);
    return bench_.with_session([&](Session& session) { return call->frontend->apply(session, *call); });
  }
  Bench bench_;
};

// The text between two others; fails the test if one is missing.
std::string between(const std::string& text, const std::string& before, const std::string& after) {
  const std::size_t from = text.find(before);
  const std::size_t to = from == std::string::npos ? from : text.find(after, from + before.size());
  EXPECT_NE(to, std::string::npos) << text;
  return to == std::string::npos ? "" : text.substr(from + before.size(), to - from - before.size());
}

// Goal: send and receive in JSON have AWS's format, byte for byte except random values.
TEST_F(SqsWireTest, SendsAndReceivesOverJson) {
  const auto created =
      call(json("CreateQueue", R"({"QueueName":"q","Attributes":{"VisibilityTimeout":"60"},"tags":{"a":"b"}})"));
  EXPECT_EQ(created.status, 200);
  EXPECT_EQ(created.body, R"({"QueueUrl":"http://127.0.0.1:4566/000000000000/q"})");
  EXPECT_EQ(created.headers.find("content-type"), "application/x-amz-json-1.0");
  EXPECT_EQ(created.headers.find("x-amzn-requestid")->size(), 36U);

  const auto sent =
      call(json("SendMessage", R"({"QueueUrl":"http://127.0.0.1:4566/000000000000/q","MessageBody":"hi \"you\"\n",)"
                               R"("MessageAttributes":{"Foo":{"DataType":"String","StringValue":"Bar"},)"
                               R"("b":{"DataType":"Binary","BinaryValue":"AAEC"}}})"));
  const std::string id = between(sent.body, R"({"MessageId":")", "\"");
  EXPECT_EQ(id.size(), 36U);
  EXPECT_EQ(sent.body, R"({"MessageId":")" + id +
                           R"(","MD5OfMessageBody":"3157e049ce5bd045b1eb9f2a20b55598","MD5OfMessageAttributes":")" +
                           between(sent.body, R"(Attributes":")", "\"") + "\"}");

  const auto received = call(json("ReceiveMessage", R"({"QueueUrl":"http://127.0.0.1:4566/000000000000/q",)"
                                                    R"("MaxNumberOfMessages":10,"MessageAttributeNames":["Foo"],)"
                                                    R"("AttributeNames":["ApproximateReceiveCount"]})"));
  const std::string receipt = between(received.body, R"("ReceiptHandle":")", "\"");
  EXPECT_EQ(received.body, R"({"Messages":[{"MessageId":")" + id + R"(","ReceiptHandle":")" + receipt +
                               R"(","MD5OfBody":"3157e049ce5bd045b1eb9f2a20b55598","Body":"hi \"you\"\n",)"
                               R"("Attributes":{"ApproximateReceiveCount":"1"},)"
                               R"("MD5OfMessageAttributes":"ae7155c6026991b6d54b11589678bf9c",)"
                               R"("MessageAttributes":{"Foo":{"StringValue":"Bar","DataType":"String"}}}]})");
  EXPECT_EQ(call(json("ReceiveMessage", R"({"QueueUrl":"q"})")).body, "{}")
      << "not an empty list, which some clients reject";

  const auto deleted = call(json("DeleteMessageBatch", R"({"QueueUrl":"q","Entries":[{"Id":"a","ReceiptHandle":")" +
                                                           receipt + R"("},{"Id":"b","ReceiptHandle":"x"}]})"));
  EXPECT_EQ(deleted.body,
            R"({"Successful":[{"Id":"a"}],"Failed":[{"Id":"b","SenderFault":true,"Code":"ReceiptHandleIsInvalid",)"
            R"("Message":"The input receipt handle \"x\" is not a valid receipt handle."}]})");
}

// Goal: an error in JSON has the type of the service model, the Query code in a header, and AWS's words.
TEST_F(SqsWireTest, RefusesOverJson) {
  const auto missing = call(json("SendMessage", R"({"QueueUrl":"http://h/000000000000/none","MessageBody":"x"})"));
  EXPECT_EQ(missing.status, 400);
  EXPECT_EQ(missing.headers.find("x-amzn-query-error"), "AWS.SimpleQueueService.NonExistentQueue;Sender");
  EXPECT_EQ(missing.body,
            R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."})");
  EXPECT_THAT(call(json("SendMessage", "{")).body, HasSubstr("SerializationException"));
  EXPECT_THAT(call(json("SendMessage", "[]")).body, HasSubstr("SerializationException"));
  EXPECT_THAT(call(json("SendMessage", R"({"QueueUrl":1})")).body, HasSubstr("SerializationException"));
  EXPECT_THAT(call(json("SendMessage", "{}")).body, HasSubstr("must contain the parameter QueueUrl."));
  EXPECT_THAT(call(json("Fly", "{}")).body, HasSubstr("UnknownOperationException"));
}

// Goal: requests of the Query protocol are answered in its XML.
TEST_F(SqsWireTest, SendsAndReceivesOverQuery) {
  const auto created = call(
      query("Action=CreateQueue&Version=2012-11-05&QueueName=q&Attribute.1.Name=DelaySeconds&Attribute.1.Value=0"));
  EXPECT_EQ(created.headers.find("content-type"), "text/xml");
  const std::string request_id(created.headers.find("x-amzn-requestid").value());
  EXPECT_EQ(created.body,
            R"(<?xml version="1.0"?><CreateQueueResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">)"
            "<CreateQueueResult><QueueUrl>http://localhost:4566/000000000000/q</QueueUrl></CreateQueueResult>"
            "<ResponseMetadata><RequestId>" +
                request_id + "</RequestId></ResponseMetadata></CreateQueueResponse>");

  const auto sent =
      call(query("Action=SendMessageBatch&QueueUrl=http%3A%2F%2Flocalhost%3A4566%2F000000000000%2Fq"
                 "&SendMessageBatchRequestEntry.1.Id=a&SendMessageBatchRequestEntry.1.MessageBody=%3Chi%3E+%26"
                 "&SendMessageBatchRequestEntry.1.MessageAttribute.1.Name=Foo"
                 "&SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType=String"
                 "&SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue=Bar"
                 "&SendMessageBatchRequestEntry.2.Id=b&SendMessageBatchRequestEntry.2.MessageBody=%02"));
  EXPECT_THAT(sent.body, HasSubstr("<SendMessageBatchResultEntry><Id>a</Id><MessageId>"));
  EXPECT_THAT(sent.body, HasSubstr("<MD5OfMessageAttributes>ae7155c6026991b6d54b11589678bf9c</MD5OfMessageAttributes>"
                                   "</SendMessageBatchResultEntry>"));
  EXPECT_THAT(sent.body, HasSubstr("<BatchResultErrorEntry><Id>b</Id><SenderFault>true</SenderFault>"
                                   "<Code>InvalidMessageContents</Code>"));

  // Old clients send to the queue's path instead of a QueueUrl, and use GET.
  http::HttpRequest get = query("");
  get.method = "GET";
  get.url = "/000000000000/q?Action=ReceiveMessage&AttributeName.1=All&MessageAttributeName.1=Foo";
  const auto received = call(get);
  const std::string receipt = between(received.body, "<ReceiptHandle>", "</ReceiptHandle>");
  EXPECT_THAT(received.body, HasSubstr("<ReceiveMessageResult><Message><MessageId>"));
  EXPECT_THAT(received.body, HasSubstr("<Body>&lt;hi&gt; &amp;</Body><Attribute><Name>SenderId</Name>"));
  EXPECT_THAT(received.body, HasSubstr("<MessageAttribute><Name>Foo</Name><Value><StringValue>Bar</StringValue>"
                                       "<DataType>String</DataType></Value></MessageAttribute></Message>"));
  http::HttpRequest remove = query("Action=DeleteMessage&ReceiptHandle=" + receipt);
  remove.url = "/000000000000/q";
  const auto deleted = call(remove);
  EXPECT_THAT(deleted.body, HasSubstr("<ResponseMetadata>"));
  EXPECT_THAT(deleted.body, Not(HasSubstr("DeleteMessageResult")));
  EXPECT_EQ(bench_.effects.messages_deleted, 1);
}

// Goal: errors of the Query protocol are XML, with its codes and words.
TEST_F(SqsWireTest, RefusesOverQuery) {
  const auto missing = call(query("Action=GetQueueUrl&QueueName=none"));
  EXPECT_EQ(missing.status, 400);
  EXPECT_THAT(missing.body, HasSubstr("<ErrorResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"><Error>"
                                      "<Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>"
                                      "<Message>The specified queue does not exist for this wsdl version.</Message>"
                                      "<Detail/></Error><RequestId>"));
  EXPECT_THAT(call(query("Action=Fly")).body, HasSubstr("<Code>InvalidAction</Code>"));
  bench_.create("q");
  EXPECT_THAT(call(query("Action=ReceiveMessage&QueueUrl=q&WaitTimeSeconds=soon")).body,
              HasSubstr("<Code>InvalidParameterValue</Code>"));
}

// Goal: the default attributes are AWS's, and the ARN has the region of the client's signature.
TEST_F(SqsWireTest, GivesAllAttributes) {
  bench_.create("q");
  auto request = json("GetQueueAttributes", R"({"QueueUrl":"q","AttributeNames":["All"]})");
  request.headers.add("Authorization",
                      "AWS4-HMAC-SHA256 Credential=AK/20261123/ap-northeast-1/sqs/aws4_request, SignedHeaders=host");
  EXPECT_EQ(call(request).body,
            R"({"Attributes":{"ApproximateNumberOfMessages":"0","ApproximateNumberOfMessagesDelayed":"0",)"
            R"("ApproximateNumberOfMessagesNotVisible":"0","CreatedTimestamp":"1482105600",)"
            R"("LastModifiedTimestamp":"1482105600","QueueArn":"arn:aws:sqs:ap-northeast-1:000000000000:q",)"
            R"("DelaySeconds":"0","MaximumMessageSize":"1048576","MessageRetentionPeriod":"345600",)"
            R"("ReceiveMessageWaitTimeSeconds":"0","SqsManagedSseEnabled":"true","VisibilityTimeout":"30"}})");
}

// Goal: a queue URL has the host that the client used, so that one server can have one name inside a container network
// and another outside. The host in a request's queue URL is ignored. Method: the same queue through each protocol,
// under each of its hosts.
TEST_F(SqsWireTest, GivesUrlsWithTheHostOfTheRequest) {
  const auto get = [](const std::string& parameters) {
    http::HttpRequest request = query("");
    request.method = "GET";
    request.url = "/?" + parameters;
    return request;
  };
  const std::string version = "&Version=2012-11-05";
  for (const std::string host : {"127.0.0.1:4566", "local:4566", "sqs.example.org", "[::1]:14566"}) {
    const std::string url = "http://" + host + "/000000000000/q";
    const auto under_host = [&](http::HttpRequest request) {
      request.headers.set("Host", host);
      return call(request).body;
    };
    for (const char* operation : {"CreateQueue", "GetQueueUrl"}) {
      EXPECT_EQ(under_host(json(operation, R"({"QueueName":"q"})")), R"({"QueueUrl":")" + url + "\"}");
      const std::string parameters = "Action=" + std::string(operation) + "&QueueName=q" + version;
      EXPECT_THAT(under_host(query(parameters)), HasSubstr("<QueueUrl>" + url + "</QueueUrl>"));
      EXPECT_THAT(under_host(get(parameters)), HasSubstr("<QueueUrl>" + url + "</QueueUrl>"));
    }
    EXPECT_EQ(under_host(json("ListQueues", "{}")), R"({"QueueUrls":[")" + url + "\"]}");
    EXPECT_THAT(under_host(query("Action=ListQueues" + version)), HasSubstr("<QueueUrl>" + url + "</QueueUrl>"));
    EXPECT_THAT(under_host(get("Action=ListQueues" + version)), HasSubstr("<QueueUrl>" + url + "</QueueUrl>"));
    const std::string elsewhere = "http://elsewhere:1/000000000000/q";
    EXPECT_THAT(under_host(json("SendMessage", R"({"MessageBody":"x","QueueUrl":")" + elsewhere + "\"}")),
                HasSubstr("MessageId"));
    EXPECT_THAT(under_host(get("Action=SendMessage&MessageBody=x&QueueUrl=" + elsewhere + version)),
                HasSubstr("<MessageId>"));
  }
}

}  // namespace
}  // namespace ekiden::local::sqs
