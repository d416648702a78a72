// Checksums that prove that an answer was damaged, or that a message was stored differently. The MD5s of the names
// "tenant" and "timestamp" are those of moto's fixtures and of the SQS Developer Guide's algorithm.
#include <ekiden/aws/dynamodb/client.hpp>
#include <ekiden/aws/sqs/client.hpp>
#include <ekiden/base/digest.hpp>
#include <ekiden/base/hex.hpp>

#include "scripted_transport.hpp"

namespace ekiden::aws {
namespace {

// Goal: the digest is right, also when the object is used again.
TEST(Md5Test, IsThatOfRfc1321) {
  base::Digest md5 = base::Digest::md5();
  if (!md5.available()) {
    GTEST_SKIP() << "this OpenSSL has no MD5";
  }
  EXPECT_EQ(base::to_hex(md5.of("")), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(base::to_hex(md5.of("message digest")), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_TRUE(base::is_hex_of("07117fe4a1ebd544965dc19573183da2", md5.of("caf\xC3\xA9")));
  EXPECT_FALSE(base::is_hex_of("07117fe4a1ebd544965dc19573183da2", md5.of("cafe")));
  EXPECT_FALSE(base::is_hex_of("07117fe4", md5.of("cafe")));
}

class IntegrityTest : public ScriptedTest {
 protected:
  static Target target() {
    Target made;
    made.sqs = made.dynamodb = {"http://127.0.0.1:4566", true};
    made.region = "us-east-1";
    return made;
  }

  // The one message of a receive whose answer has these members.
  sqs::Message receive(const std::string& members) {
    wire_.answer(200, R"({"Messages":[{"MessageId":"m","ReceiptHandle":"h",)" + members + "}]}");
    return loop_.run(sqs_.receive(queue_, {})).at(0);
  }

  std::shared_ptr<CredentialsProvider> keys_ =
      std::make_shared<StaticCredentials>(Credentials{"id", "secret", "", std::nullopt});
  const sqs::QueueUrl queue_{"http://127.0.0.1:4566/000000000000/news"};
  sqs::SqsClient sqs_{loop_.env(), wire_, keys_, target()};
  dynamodb::DynamoDbClient dynamodb_{loop_.env(), wire_, keys_, target()};
};

// Goal: the MD5 of a body is that of its UTF-8, whatever escapes JSON used; a wrong MD5 marks the message; a missing
// one does not.
TEST_F(IntegrityTest, MarksAMessageWithAnotherBody) {
  EXPECT_FALSE(receive(R"("Body":"caf\u00e9","MD5OfBody":"07117fe4a1ebd544965dc19573183da2")").corrupt);
  EXPECT_FALSE(receive(R"("Body":"cafe")").corrupt);
  const sqs::Message changed = receive(R"("Body":"cafe","MD5OfBody":"07117fe4a1ebd544965dc19573183da2")");
  EXPECT_TRUE(changed.corrupt);
  EXPECT_EQ(changed.receipt_handle, sqs::ReceiptHandle("h"));
}

// Goal: the same for the attributes: name, type and value are included.
TEST_F(IntegrityTest, MarksAMessageWithOtherAttributes) {
  const auto is_corrupt = [this](const std::string& attributes, const std::string& md5) {
    return receive(R"("Body":"","MD5OfMessageAttributes":")" + md5 + R"(","MessageAttributes":)" + attributes).corrupt;
  };
  EXPECT_FALSE(is_corrupt(R"({"SOME_Valid.attribute-Name":{"StringValue":"1493147359900","DataType":"Number"}})",
                          "36655e7e9d7c0e8479fa3f3f42247ae7"));
  EXPECT_FALSE(is_corrupt(R"({"timestamp":{"StringValue":"1493147359900","DataType":"Number.java.lang.Long"}})",
                          "2e2e4876d8e0bd6b8c2c8f556831c349"));
  const std::string acme = "c52f727da6769fcbc66f3f8555ce234a";
  EXPECT_FALSE(is_corrupt(R"({"tenant":{"StringValue":"acme","DataType":"String"}})", acme));
  EXPECT_TRUE(is_corrupt(R"({"tenant":{"StringValue":"acne","DataType":"String"}})", acme));
  EXPECT_TRUE(is_corrupt(R"({"tenant":{"StringValue":"acme","DataType":"String.x"}})", acme));
  EXPECT_TRUE(is_corrupt(R"({"tenant":{"BinaryValue":"YWNtZQ==","DataType":"Binary"}})", acme));
  // They are sorted by name, not in the order of the answer; a binary value counts as its bytes.
  EXPECT_FALSE(
      is_corrupt(R"({"b":{"StringValue":"x","DataType":"String"},"a":{"BinaryValue":"AAE=","DataType":"Binary"}})",
                 "d94bc3756d06553b744a72057d5c4248"));
}

// Goal: an entry that SQS stored with a different body is a failed entry, which is not sent again, because SQS has a
// copy of it; the others succeed.
TEST_F(IntegrityTest, RefusesTheEntryThatWasStoredOtherwise) {
  wire_.answer(200,
               R"({"Successful":[{"Id":"0","MessageId":"m-0","MD5OfMessageBody":"0cc175b9c0f1b6a831c399e269772661"},)"
               R"({"Id":"1","MessageId":"m-1","MD5OfMessageBody":"0cc175b9c0f1b6a831c399e269772661"},)"
               R"({"Id":"2","MessageId":"m-2","MD5OfMessageBody":"4a8a08f09d37b73795649038408b5f33"}]})");
  const std::vector<sqs::OutgoingMessage> messages{{.body = "a"}, {.body = "b"}, {.body = "c"}};
  const std::vector<sqs::SendResult> results = loop_.run(sqs_.send_batch(queue_, messages));
  EXPECT_EQ(results[0].id, sqs::MessageId("m-0"));
  EXPECT_FALSE(results[0].error);
  ASSERT_TRUE(results[1].error);
  EXPECT_EQ(results[1].error->code, codes::kStoredDifferently);
  EXPECT_TRUE(results[1].error->sender_fault);
  EXPECT_FALSE(results[2].error);

  wire_.answer(200, R"({"MessageId":"m","MD5OfMessageBody":"0cc175b9c0f1b6a831c399e269772661"})");
  EXPECT_EQ(loop_.run(sqs_.send(queue_, messages[0])), sqs::MessageId("m"));
  wire_.answer(200, R"({"MessageId":"m","MD5OfMessageBody":"0cc175b9c0f1b6a831c399e269772661"})");
  try {
    loop_.run(sqs_.send(queue_, messages[1]));
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(error.is(codes::kStoredDifferently));
    EXPECT_FALSE(error.facts().retryable);
  }
}

// Goal: an answer of DynamoDB with a wrong checksum is retried, also an error; an answer without a checksum is
// accepted.
TEST_F(IntegrityTest, AsksAgainForAnAnswerWithAnotherChecksum) {
  wire_.answer(200, R"({"TableNames":["x"]})", {{"x-amz-crc32", "2745614147"}});
  wire_.answer(400, R"({"__type":"x#ValidationException"})", {{"x-amz-crc32", "1"}});
  wire_.answer(200, R"({"TableNames":[]})", {{"x-amz-crc32", "1315925753"}});
  EXPECT_TRUE(loop_.run(dynamodb_.list_tables()).empty());
  EXPECT_EQ(wire_.left(), 0U);
  wire_.answer(200, R"({"TableNames":["x"]})");
  EXPECT_EQ(loop_.run(dynamodb_.list_tables()).size(), 1U);
  for (int i = 0; i < 4; ++i) {
    wire_.answer(200, "{}", {{"x-amz-crc32", "1"}});
  }
  try {
    loop_.run(dynamodb_.list_tables());
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "dynamodb.ListTables: ChecksumMismatch (HTTP 200, 4 attempts): the answer was damaged in transit: its "
                 "CRC-32 does not match");
    EXPECT_TRUE(error.facts().retryable);
  }
}

}  // namespace
}  // namespace ekiden::aws
