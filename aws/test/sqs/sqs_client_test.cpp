// What the SQS client sends, and how it reads SQS's answers. The expected texts follow the SQS API Reference. Tests of
// SQS's behaviour use the local server.
#include <ekiden/aws/sqs/client.hpp>

#include "call/scripted_transport.hpp"

namespace ekiden::aws::sqs {
namespace {

using std::chrono::seconds;

class SqsClientTest : public aws::ScriptedTest {
 protected:
  static aws::Target local() {
    aws::Target target;
    target.sqs = {"http://127.0.0.1:4566", true};
    target.region = "us-east-1";
    return target;
  }
  SqsClient client(const aws::Target& target) { return SqsClient(loop_.env(), wire_, keys_, target); }

  // The last request, as "Operation body".
  std::string sent() const { return wire_.target() + " " + wire_.requests().back().body; }

  std::shared_ptr<aws::CredentialsProvider> keys_ =
      std::make_shared<aws::StaticCredentials>(aws::Credentials{"id", "secret", "", std::nullopt});
  const QueueUrl queue_{"http://127.0.0.1:4566/000000000000/news"};
  SqsClient client_{client(local())};
};

// Goal: each field of a received message is read; the request asks only for fields that a Message has.
TEST_F(SqsClientTest, Receives) {
  wire_.answer(
      200,
      R"({"Messages":[{"MessageId":"m-1","ReceiptHandle":"h-1","Body":"{\"a\":\"é\"}",)"
      R"("Attributes":{"ApproximateReceiveCount":"3","SentTimestamp":"1482105600123","MessageGroupId":"g",)"
      R"("AWSTraceHeader":"Root=1"},)"
      R"("MessageAttributes":{"tenant":{"StringValue":"acme","DataType":"String"},)"
      R"("raw":{"BinaryValue":"AAE=","DataType":"Binary"}}},{"MessageId":"m-2","ReceiptHandle":"h-2","Body":""}]})");
  ReceiveOptions what;
  what.wait = seconds(20);
  what.visibility = seconds(30);
  const std::vector<Message> messages = loop_.run(client_.receive(queue_, what));
  EXPECT_EQ(
      sent(),
      R"(AmazonSQS.ReceiveMessage {"QueueUrl":"http://127.0.0.1:4566/000000000000/news","MaxNumberOfMessages":10,)"
      R"("WaitTimeSeconds":20,"VisibilityTimeout":30,"MessageSystemAttributeNames":["ApproximateReceiveCount",)"
      R"("SentTimestamp","MessageGroupId","AWSTraceHeader"],"MessageAttributeNames":["All"]})");
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].id, MessageId("m-1"));
  EXPECT_EQ(messages[0].receipt_handle, ReceiptHandle("h-1"));
  EXPECT_EQ(messages[0].body, "{\"a\":\"\xC3\xA9\"}");
  EXPECT_EQ(messages[0].receive_count, 3U);
  EXPECT_EQ(messages[0].group_id, "g");
  EXPECT_EQ(messages[0].trace_header, "Root=1");
  EXPECT_EQ(messages[0].sent_at, runtime::WallTime(std::chrono::milliseconds(1482105600123)));
  EXPECT_EQ(messages[0].attributes.at("tenant"), (MessageAttribute{"String", "acme"}));
  EXPECT_EQ(messages[0].attributes.at("raw"), (MessageAttribute{"Binary", std::string("\0\1", 2)}));
  EXPECT_EQ(messages[1].receive_count, 1U);
  EXPECT_TRUE(messages[1].attributes.empty());
}

// Goal: an empty receive gives no messages, in each form of the answer.
TEST_F(SqsClientTest, TakesEveryFormOfAnEmptyReceive) {
  for (const char* text : {"{}", R"({"Messages":null})", R"({"Messages":[]})"}) {
    wire_.answer(200, text);
    EXPECT_TRUE(loop_.run(client_.receive(queue_, ReceiveOptions{})).empty()) << text;
  }
}

// Goal: a long poll has its wait time and a grace period before it times out.
TEST_F(SqsClientTest, WaitsForALongPollLongerThanItLasts) {
  wire_.hang();
  ReceiveOptions what;
  what.wait = seconds(20);
  aws::CallOptions once;
  once.attempts = 1;
  EXPECT_THROW(loop_.run(client_.receive(queue_, what, once)), aws::Error);
  EXPECT_EQ(loop_.clock().now() - wire_.times().at(0), seconds(50));
}

// Goal: entries are matched by position; a failed or missing entry is never taken as done.
TEST_F(SqsClientTest, GivesEachEntryOfABatchItsOwnResult) {
  wire_.answer(200, R"({"Successful":[{"Id":"2"},{"Id":"7"},{"Id":"x"}],)"
                    R"("Failed":[{"Id":"0","SenderFault":true,"Code":"ReceiptHandleIsInvalid","Message":"no"}]})");
  const std::vector<ReceiptHandle> handles{ReceiptHandle("a"), ReceiptHandle("b"), ReceiptHandle("c")};
  const EntryResults results = loop_.run(client_.delete_batch(queue_, handles));
  EXPECT_EQ(sent(),
            R"(AmazonSQS.DeleteMessageBatch {"QueueUrl":"http://127.0.0.1:4566/000000000000/news","Entries":[)"
            R"({"Id":"0","ReceiptHandle":"a"},{"Id":"1","ReceiptHandle":"b"},{"Id":"2","ReceiptHandle":"c"}]})");
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0]->code, "ReceiptHandleIsInvalid");
  EXPECT_TRUE(results[0]->sender_fault);
  EXPECT_EQ(results[1]->code, aws::codes::kNoEntry);
  EXPECT_FALSE(results[1]->sender_fault);
  EXPECT_FALSE(results[2]);
}

// Goal: all fields of a message to send are sent.
TEST_F(SqsClientTest, SendsABatch) {
  wire_.answer(200,
               R"({"Successful":[{"Id":"0","MessageId":"m-1","MD5OfMessageBody":"9a760bd8d19f5f33076348d83be57f66"}],)"
               R"("Failed":[{"Id":"1","Code":"InternalError","SenderFault":false}]})");
  std::vector<OutgoingMessage> messages(2);
  messages[0].body = "{\"n\":1}\n";
  messages[0].attributes["tenant"] = {"String", "acme"};
  messages[0].attributes["raw"] = {"Binary", std::string("\0\1", 2)};
  messages[0].delay = seconds(5);
  messages[1].body = "b";
  messages[1].group_id = "g";
  messages[1].deduplication_id = "d";
  messages[1].trace_header = "Root=1";
  const std::vector<SendResult> results = loop_.run(client_.send_batch(queue_, messages));
  EXPECT_EQ(sent(),
            R"(AmazonSQS.SendMessageBatch {"QueueUrl":"http://127.0.0.1:4566/000000000000/news","Entries":[{"Id":"0",)"
            R"("MessageBody":"{\"n\":1}\n","MessageAttributes":{"raw":{"DataType":"Binary","BinaryValue":"AAE="},)"
            R"("tenant":{"DataType":"String","StringValue":"acme"}},"DelaySeconds":5},{"Id":"1","MessageBody":"b",)"
            R"("MessageGroupId":"g","MessageSystemAttributes":{"AWSTraceHeader":{"DataType":"String",)"
            R"("StringValue":"Root=1"}},"MessageDeduplicationId":"d"}]})");
  EXPECT_EQ(results[0].id, MessageId("m-1"));
  EXPECT_FALSE(results[0].error);
  EXPECT_EQ(results[1].error->code, "InternalError");
}

// Goal: receives, settlements and other calls have lanes of their own.
TEST_F(SqsClientTest, KeepsReceivesAndSettlementsApart) {
  const std::vector<ReceiptHandle> handles{ReceiptHandle("h")};
  const std::vector<VisibilityChange> changes{{ReceiptHandle("h"), seconds(0)}};
  const auto lane = [this](auto task) {
    wire_.answer(200, R"({"MessageId":"m","MD5OfMessageBody":"9dd4e461268c8034f5c8564e155c67a6"})");
    loop_.run(std::move(task));
    return wire_.requests().back().lane;
  };
  EXPECT_EQ(lane(client_.receive(queue_, ReceiveOptions{})), aws::lanes::kReceives);
  EXPECT_EQ(lane(client_.delete_message(queue_, handles[0])), aws::lanes::kSettlements);
  EXPECT_EQ(lane(client_.delete_batch(queue_, handles)), aws::lanes::kSettlements);
  EXPECT_EQ(lane(client_.change_visibility(queue_, changes[0])), aws::lanes::kSettlements);
  EXPECT_EQ(lane(client_.change_visibility_batch(queue_, changes)), aws::lanes::kSettlements);
  EXPECT_EQ(lane(client_.delete_queue(queue_)), aws::lanes::kCalls);
  EXPECT_EQ(lane(client_.send(queue_, {.body = "x"})), aws::lanes::kCalls);
}

// Goal: the requests of the smaller calls.
TEST_F(SqsClientTest, SpeaksTheOtherCalls) {
  const std::string url = R"({"QueueUrl":"http://127.0.0.1:4566/000000000000/news")";
  wire_.answer(200, url + "}");
  EXPECT_EQ(loop_.run(client_.create_queue("news", {{"VisibilityTimeout", "30"}})), queue_);
  EXPECT_EQ(sent(), R"(AmazonSQS.CreateQueue {"QueueName":"news","Attributes":{"VisibilityTimeout":"30"}})");
  wire_.answer(200, url + "}");
  EXPECT_EQ(loop_.run(client_.get_queue_url("news")), queue_);
  EXPECT_EQ(sent(), R"(AmazonSQS.GetQueueUrl {"QueueName":"news"})");
  wire_.answer(200, R"({"QueueUrls":["a/news","a/news-dead"]})");
  EXPECT_EQ(loop_.run(client_.list_queues("news")).at(1).name(), "news-dead");
  EXPECT_EQ(sent(), R"(AmazonSQS.ListQueues {"QueueNamePrefix":"news"})");
  wire_.answer(200, R"({"Attributes":{"ApproximateNumberOfMessages":"12"}})");
  EXPECT_EQ(loop_.run(client_.get_queue_attributes(queue_)).at("ApproximateNumberOfMessages"), "12");
  EXPECT_EQ(sent(), "AmazonSQS.GetQueueAttributes " + url + R"(,"AttributeNames":["All"]})");
  wire_.answer(200, R"({"MessageId":"m-1","MD5OfMessageBody":"9dd4e461268c8034f5c8564e155c67a6"})");
  EXPECT_EQ(loop_.run(client_.send(queue_, {.body = "x"})), MessageId("m-1"));
  EXPECT_EQ(sent(), "AmazonSQS.SendMessage " + url + R"(,"MessageBody":"x"})");
  wire_.answer(200, "");
  loop_.run(client_.change_visibility(queue_, {ReceiptHandle("h"), seconds(0)}));
  EXPECT_EQ(sent(), "AmazonSQS.ChangeMessageVisibility " + url + R"(,"ReceiptHandle":"h","VisibilityTimeout":0})");
  wire_.answer(200, "{}");
  loop_.run(client_.purge(queue_));
  EXPECT_EQ(sent(), "AmazonSQS.PurgeQueue " + url + "}");
}

// Goal: on AWS, a queue of another region is called and signed for there; a configured endpoint takes precedence.
TEST_F(SqsClientTest, AsksAQueueWhereItsUrlSays) {
  aws::Target aws_target;
  aws_target.sqs = {"https://sqs.us-east-1.amazonaws.com", false};
  aws_target.region = "us-east-1";
  SqsClient on_aws = client(aws_target);
  const QueueUrl tokyo("https://sqs.ap-northeast-1.amazonaws.com/1/news");
  wire_.answer(200, "{}");
  loop_.run(on_aws.purge(tokyo));
  EXPECT_EQ(wire_.requests().back().url, "https://sqs.ap-northeast-1.amazonaws.com/");
  EXPECT_NE(wire_.requests().back().headers.find("Authorization")->find("/ap-northeast-1/sqs/"), std::string::npos);
  wire_.answer(200, "{}");
  loop_.run(on_aws.purge(QueueUrl("https://sqs.evil.example/1/news")));
  EXPECT_EQ(wire_.requests().back().url, "https://sqs.us-east-1.amazonaws.com/");
  wire_.answer(200, "{}");
  loop_.run(client_.purge(tokyo));
  EXPECT_EQ(wire_.requests().back().url, "http://127.0.0.1:4566/");
}

// Goal: a batch of the wrong size is a bug and ends the process.
TEST_F(SqsClientTest, RefusesElevenEntries) {
  const std::vector<ReceiptHandle> eleven(11, ReceiptHandle("h"));
  EXPECT_DEATH(static_cast<void>(client_.delete_batch(queue_, eleven)), "entries <= kBatchMax");
}

// Goal: a queue is found by its name, its URL or its ARN, which has account and region.
TEST_F(SqsClientTest, FindsAQueueByNameUrlOrArn) {
  aws::Target aws_target;
  aws_target.region = "us-east-1";
  aws_target.sqs = aws::own_endpoint("sqs", "us-east-1", {});
  SqsClient of_aws = client(aws_target);
  const std::string url = "https://sqs.eu-west-1.amazonaws.com/123456789012/news";
  EXPECT_EQ(loop_.run(of_aws.find_queue(url)), QueueUrl(url));
  EXPECT_TRUE(wire_.requests().empty());

  wire_.answer(200, R"({"QueueUrl":"https://sqs.us-east-1.amazonaws.com/123456789012/news"})");
  loop_.run(of_aws.find_queue("news"));
  EXPECT_EQ(sent(), R"(AmazonSQS.GetQueueUrl {"QueueName":"news"})");

  wire_.answer(200, R"({"QueueUrl":")" + url + R"("})");
  EXPECT_EQ(loop_.run(of_aws.find_queue("arn:aws:sqs:eu-west-1:210987654321:news")), QueueUrl(url));
  EXPECT_EQ(sent(), R"(AmazonSQS.GetQueueUrl {"QueueName":"news","QueueOwnerAWSAccountId":"210987654321"})");
  EXPECT_EQ(wire_.requests().back().url, "https://sqs.eu-west-1.amazonaws.com/");
}

// Goal: the region in an ARN cannot send a signed request to another host.
TEST_F(SqsClientTest, RefusesAnArnWithoutARegion) {
  aws::Target aws_target;
  aws_target.region = "us-east-1";
  aws_target.sqs = aws::own_endpoint("sqs", "us-east-1", {});
  SqsClient of_aws = client(aws_target);
  for (const std::string arn :
       {"arn:aws:sqs:evil.example/x:1:q", "arn:aws:sqs::1:q", "arn:aws:sqs", "arn:", "arn:aws:sns:us-east-1:1:q"}) {
    try {
      loop_.run(of_aws.find_queue(arn));
      ADD_FAILURE() << arn;
    } catch (const aws::ConfigurationError& error) {
      EXPECT_NE(std::string_view(error.what()).find("'" + arn + "'"), std::string_view::npos) << error.what();
    }
  }
  EXPECT_TRUE(wire_.requests().empty());
}

// Goal: a queue of another region is called at that region's endpoint, FIPS or dual-stack if configured. A queue of the
// own region, and any queue with a configured endpoint, is called at the client's endpoint.
TEST_F(SqsClientTest, AsksAQueueInItsRegion) {
  const QueueUrl far("https://sqs.eu-west-1.amazonaws.com/123456789012/news");
  const QueueUrl near("https://sqs.us-east-1.amazonaws.com/123456789012/news");
  aws::Target target;
  target.region = "us-east-1";
  target.variant.fips = true;
  target.sqs = aws::own_endpoint("sqs", target.region, target.variant);
  SqsClient fips = client(target);
  const std::pair<QueueUrl, std::string> cases[] = {{far, "https://sqs-fips.eu-west-1.amazonaws.com/"},
                                                    {near, "https://sqs-fips.us-east-1.amazonaws.com/"}};
  for (const auto& [queue, url] : cases) {
    wire_.answer(200, "{}");
    loop_.run(fips.receive(queue, ReceiveOptions{}));
    EXPECT_EQ(wire_.requests().back().url, url);
  }
  wire_.answer(200, "{}");
  loop_.run(client_.receive(far, ReceiveOptions{}));
  EXPECT_EQ(wire_.requests().back().url, "http://127.0.0.1:4566/");
}

}  // namespace
}  // namespace ekiden::aws::sqs
