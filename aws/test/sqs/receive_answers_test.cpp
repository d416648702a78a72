// Which messages of a receive can be used. SQS has counted a receive of each, so no answer is thrown away for one
// message, and no message is confused with another.
#include <ekiden/aws/events.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "answers_fixture.hpp"

namespace ekiden::aws::sqs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ReceiveAnswersTest : public AnswersTest {
 protected:
  ReceiveAnswersTest() {
    subscription_ = loop_.events().subscribe([this](const runtime::Event& event) {
      if (event.spec.name == aws::events::kUnusable.name) {
        unusable_ += std::get<std::int64_t>(*event.find("count"));
        last_ = std::string(std::get<std::string_view>(*event.find("queue"))) + ": " +
                std::string(std::get<std::string_view>(*event.find("reason")));
      }
    });
  }

  // "m-1 h-1 body", with "!" at the end if the message is marked as corrupt.
  std::vector<std::string> receive(const std::string& messages) {
    unusable_ = 0;
    wire_.answer(200, R"({"Messages":[)" + messages + "]}");
    std::vector<std::string> found;
    for (const Message& message : loop_.run(client_.receive(queue_, {}))) {
      found.push_back(message.id.text() + " " + message.receipt_handle.text() + " " + message.body +
                      (message.corrupt ? "!" : ""));
    }
    return found;
  }

  static std::string message(const std::string& id, const std::string& handle, const std::string& body) {
    return R"({"MessageId":")" + id + R"(","ReceiptHandle":")" + handle + R"(","Body":")" + body + R"("})";
  }

  runtime::Events::Subscription subscription_;
  std::int64_t unusable_ = 0;
  std::string last_;
  const std::string good_ = message("m-1", "h-1", "a");
};

// Goal: a message without an id or a handle is neither merged with another nor deleted. It is counted, and the others
// of the answer are returned. Three such messages were one, and one was deleted unhandled.
TEST_F(ReceiveAnswersTest, AMessageWithoutIdOrHandleIsCountedAndLeft) {
  for (const char* bad :
       {R"({"ReceiptHandle":"h","Body":"b"})", R"({"MessageId":"m","Body":"b"})", R"({"Body":"b"})", "{}", "null", "7",
        "[1]", R"("text")", R"({"MessageId":"","ReceiptHandle":"h","Body":"b"})",
        R"({"MessageId":"m","ReceiptHandle":"","Body":"b"})", R"({"MessageId":7,"ReceiptHandle":"h","Body":"b"})",
        R"({"MessageId":"m","ReceiptHandle":["h"],"Body":"b"})",
        R"({"MessageId":null,"ReceiptHandle":null,"Body":"b"})"}) {
    EXPECT_THAT(receive(std::string(bad) + "," + good_ + "," + bad), ElementsAre("m-1 h-1 a")) << bad;
    EXPECT_EQ(unusable_, 2) << bad;
  }
  EXPECT_EQ(last_, "news: without MessageId or ReceiptHandle");
  EXPECT_THAT(receive(good_), ElementsAre("m-1 h-1 a"));
  EXPECT_EQ(unusable_, 0);
}

// Goal: a handle that two different messages have could delete either of them, so neither is used. A message that is
// in the answer twice is one message.
TEST_F(ReceiveAnswersTest, AHandleOfTwoMessagesIsNotUsed) {
  EXPECT_THAT(receive(good_ + "," + message("m-2", "h", "b") + "," + message("m-3", "h", "c")),
              ElementsAre("m-1 h-1 a"));
  EXPECT_EQ(unusable_, 2);
  EXPECT_EQ(last_, "news: with the ReceiptHandle of another message");
  EXPECT_THAT(receive(message("m-2", "h", "b") + "," + message("m-2", "h", "c")), IsEmpty());
  EXPECT_EQ(unusable_, 2);
  EXPECT_THAT(receive(good_ + "," + good_ + "," + good_), ElementsAre("m-1 h-1 a"));
  EXPECT_EQ(unusable_, 0);
}

// Goal: messages with one id are handled as one, so of those with different bodies only the first is used, and the
// others stay in the queue. The same body twice is a redelivery.
TEST_F(ReceiveAnswersTest, AnIdOfTwoBodiesIsNotUsed) {
  EXPECT_THAT(receive(message("m", "h-2", "b") + "," + good_ + "," + message("m", "h-3", "c")),
              ElementsAre("m h-2 b", "m-1 h-1 a"));
  EXPECT_EQ(unusable_, 1);
  EXPECT_EQ(last_, "news: with the MessageId of another message");
  EXPECT_THAT(receive(message("m", "h-2", "b") + "," + message("m", "h-3", "b")), ElementsAre("m h-2 b", "m h-3 b"));
  EXPECT_EQ(unusable_, 0);
}

// Goal: a message whose body or attributes cannot be read is marked, as one with a wrong checksum is: it is not handled
// with less than was sent.
TEST_F(ReceiveAnswersTest, AMessageThatCannotBeReadIsMarked) {
  const auto is_marked = [this](const std::string& members) {
    const auto found = receive(R"({"MessageId":"m","ReceiptHandle":"h")" + members + "}");
    EXPECT_EQ(found.size(), 1U) << members;
    EXPECT_EQ(unusable_, 0) << members;
    return found.at(0).ends_with('!');
  };
  EXPECT_TRUE(is_marked(""));
  for (const char* body : {"null", "7", "[]", R"(["a"])", R"({"a":"b"})", "true"}) {
    EXPECT_TRUE(is_marked(std::string(R"(,"Body":)") + body)) << body;
  }
  EXPECT_FALSE(is_marked(R"(,"Body":"a","MessageAttributes":{},"Attributes":{})"));
  for (const char* attributes :
       {"[]", R"("x")", "7", R"({"a":"x"})", R"({"a":[]})", R"({"a":{}})", R"({"a":{"DataType":"String"}})",
        R"({"a":{"StringValue":"x"}})", R"({"a":{"DataType":7,"StringValue":"x"}})",
        R"({"a":{"DataType":"String","StringValue":7}})", R"({"a":{"DataType":"Binary","StringValue":"x"}})",
        R"({"a":{"DataType":"Binary","BinaryValue":"?"}})", R"({"a":{"DataType":"String","BinaryValue":"eA=="}})"}) {
    EXPECT_TRUE(is_marked(std::string(R"(,"Body":"a","MessageAttributes":)") + attributes)) << attributes;
  }
  EXPECT_FALSE(is_marked(R"(,"Body":"a","MessageAttributes":null,"Attributes":null)"));
  EXPECT_FALSE(is_marked(R"(,"Body":"a","Attributes":{"SentTimestamp":7,"ApproximateReceiveCount":[]})"));
  EXPECT_FALSE(is_marked(R"(,"Body":"a","MessageAttributes":{"a":{"DataType":"String","StringValue":""}})"));
  // A checksum of another kind proves nothing, so the message is not trusted; without one nothing is compared.
  EXPECT_TRUE(is_marked(R"(,"Body":"a","MD5OfBody":7)"));
  EXPECT_TRUE(is_marked(R"(,"Body":"a","MD5OfMessageAttributes":[])"));
  EXPECT_TRUE(is_marked(R"(,"Body":"a","MD5OfBody":"92eb5ffee6ae2fec3ad71c777531578f")"));
  // The checksum of attributes that the answer does not have: they were lost on the way.
  EXPECT_TRUE(is_marked(R"(,"Body":"a","MD5OfMessageAttributes":"c52f727da6769fcbc66f3f8555ce234a")"));
  EXPECT_FALSE(is_marked(R"(,"Body":"a","MD5OfMessageAttributes":"d41d8cd98f00b204e9800998ecf8427e")"));
}

// Goal: an answer without a list of messages is empty only if it has none; another kind is a failed call.
TEST_F(ReceiveAnswersTest, MessagesOfAnotherKindAreAFailedCall) {
  for (const char* answer : {"{}", R"({"Messages":null})", R"({"Messages":[]})"}) {
    EXPECT_EQ(verdict(answer, client_.receive(queue_, {})), "") << answer;
  }
  for (const char* answer : {R"({"Messages":{}})", R"({"Messages":{"MessageId":"m"}})", R"({"Messages":"m"})",
                             R"({"Messages":7})", R"({"Messages":false})", "[]", "", "null", R"([{"Messages":[]}])"}) {
    EXPECT_EQ(verdict(answer, client_.receive(queue_, {})), "InvalidResponse?") << answer;
  }
}

}  // namespace
}  // namespace ekiden::aws::sqs
