// A message counts as sent only if the answer proves it: its id, and the MD5 of what SQS stored. The MD5 of "a" is that
// of RFC 1321; the one of the attribute is that of the SQS Developer Guide's algorithm.
#include <gtest/gtest.h>

#include "answers_fixture.hpp"

namespace ekiden::aws::sqs {
namespace {

constexpr std::string_view kMd5OfA = "0cc175b9c0f1b6a831c399e269772661";
constexpr std::string_view kMd5OfB = "92eb5ffee6ae2fec3ad71c777531578f";
constexpr std::string_view kMd5OfTenant = "c52f727da6769fcbc66f3f8555ce234a";  // {"tenant": String "acme"}

class SendAnswersTest : public AnswersTest {
 protected:
  std::string verdict_of_send(const std::string& answer) { return verdict(answer, client_.send(queue_, message_)); }

  static std::string answer_with(std::string_view body_md5, std::string_view attributes_md5 = {}) {
    std::string answer = R"({"MessageId":"m-1","MD5OfMessageBody":")" + std::string(body_md5) + '"';
    if (!attributes_md5.empty()) {
      answer.append(R"(,"MD5OfMessageAttributes":")").append(attributes_md5).append("\"");
    }
    return answer + "}";
  }

  OutgoingMessage message_{.body = "a"};
};

// Goal: an answer that does not name the stored message is a failed call, which a later call can repair. The
// dead-letter queue once answered `{}`, and the original was deleted.
TEST_F(SendAnswersTest, WithoutAMessageIdNothingWasSent) {
  const std::string md5 = std::string(R"("MD5OfMessageBody":")") + std::string(kMd5OfA) + '"';
  for (const std::string& answer :
       {std::string(), std::string("{}"), std::string("[]"), std::string("null"), std::string(R"("m-1")"),
        std::string("<html>"), "{" + md5 + "}", R"({"MessageId":"",)" + md5 + "}", R"({"MessageId":null,)" + md5 + "}",
        R"({"MessageId":7,)" + md5 + "}", R"({"MessageId":["m-1"],)" + md5 + "}", R"({"messageid":"m-1",)" + md5 + "}",
        R"([{"MessageId":"m-1",)" + md5 + "}]"}) {
    EXPECT_EQ(verdict_of_send(answer), "InvalidResponse?") << answer;
  }
  EXPECT_EQ(verdict_of_send(answer_with(kMd5OfA)), "");
}

// Goal: a message that SQS stored, but perhaps with another body, has an error of its own, which no retry repairs: each
// retry would store one more copy. One request is made.
TEST_F(SendAnswersTest, AStoredMessageWithAnotherChecksumIsNotSentAgain) {
  for (const std::string& answer :
       {answer_with(kMd5OfB), answer_with(""), answer_with("0cc1"), std::string(R"({"MessageId":"m-1"})"),
        std::string(R"({"MessageId":"m-1","MD5OfMessageBody":null})"),
        std::string(R"({"MessageId":"m-1","MD5OfMessageBody":["x"]})")}) {
    const std::size_t before = wire_.requests().size();
    EXPECT_EQ(verdict_of_send(answer), codes::kStoredDifferently) << answer;
    EXPECT_EQ(wire_.requests().size(), before + 1);
  }
  wire_.answer(200, answer_with(kMd5OfB));
  const auto facts = failure(client_.send(queue_, message_));
  ASSERT_TRUE(facts);
  EXPECT_EQ(
      facts->message,
      "SQS stored the message as m-1, but its answer does not have the MD5 of the body that was sent; compare the "
      "stored message with the original, and delete the one that is wrong");
}

// Goal: the checksum of the attributes must be right if the answer has one. It can be absent, because some emulators do
// not compute it; and without attributes it is ignored, because old emulators then send that of nothing.
TEST_F(SendAnswersTest, TheChecksumOfTheAttributesMustFit) {
  EXPECT_EQ(verdict_of_send(answer_with(kMd5OfA, "d41d8cd98f00b204e9800998ecf8427e")), "");
  message_.attributes["tenant"] = {"String", "acme"};
  EXPECT_EQ(verdict_of_send(answer_with(kMd5OfA)), "");
  EXPECT_EQ(verdict_of_send(answer_with(kMd5OfA, kMd5OfTenant)), "");
  EXPECT_EQ(verdict_of_send(answer_with(kMd5OfA, kMd5OfB)), codes::kStoredDifferently);
  EXPECT_EQ(verdict_of_send(answer_with(kMd5OfA, "d41d8cd98f00b204e9800998ecf8427e")), codes::kStoredDifferently);
}

// Goal: each entry of a batch needs the same proof, under its own id.
TEST_F(SendAnswersTest, EachEntryOfABatchNeedsItsProof) {
  const std::string proof = R"(,"MD5OfMessageBody":")" + std::string(kMd5OfA) + '"';
  wire_.answer(200, R"({"Successful":[{"Id":"0","MessageId":"m-0")" + proof + R"(},{"Id":"1")" + proof +
                        R"(},{"Id":"2","MessageId":"m-2"},{"Id":"3","MessageId":"m-3")" + proof +
                        R"(},{"Id":"3","MessageId":"m-4")" + proof + R"(},{"Id":"5","MessageId":"m-5")" + proof +
                        R"(},7,{"Id":6,"MessageId":"m-6")" + proof +
                        R"(}],"Failed":[{"Id":"5","Code":"InternalError"}]})");
  const std::vector<OutgoingMessage> messages(7, message_);
  const auto facts = failure(client_.send_batch(queue_, messages));
  EXPECT_EQ(facts->code, "InvalidResponse") << "an entry that is not an object cannot be assigned";

  wire_.answer(200, R"({"Successful":[{"Id":"0","MessageId":"m-0")" + proof + R"(},{"Id":"1")" + proof +
                        R"(},{"Id":"2","MessageId":"m-2"},{"Id":"3","MessageId":"m-3")" + proof +
                        R"(},{"Id":"3","MessageId":"m-4")" + proof + R"(},{"Id":"5","MessageId":"m-5")" + proof +
                        R"(},{"Id":6,"MessageId":"m-6")" + proof +
                        R"(}],"Failed":[{"Id":"5","Code":"InternalError"}]})");
  const std::vector<SendResult> results = loop_.run(client_.send_batch(queue_, messages));
  EXPECT_FALSE(results[0].error);
  EXPECT_EQ(results[0].id, MessageId("m-0"));
  const std::string_view expected[] = {"",
                                       codes::kInvalidResponse,
                                       codes::kStoredDifferently,
                                       codes::kInvalidResponse,
                                       codes::kNoEntry,
                                       codes::kInvalidResponse,
                                       codes::kNoEntry};
  for (std::size_t i = 1; i < results.size(); ++i) {
    ASSERT_TRUE(results[i].error) << i;
    EXPECT_EQ(results[i].error->code, expected[i]) << i;
    EXPECT_EQ(results[i].error->sender_fault, expected[i] == codes::kStoredDifferently) << i;
    EXPECT_EQ(results[i].id, MessageId()) << i;
  }
}

}  // namespace
}  // namespace ekiden::aws::sqs
