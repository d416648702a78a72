// Calls whose answer hands something out: they are repeated only if it surely was not handed out.
#include <ekiden/aws/sqs/client.hpp>

#include "client_fixture.hpp"

namespace ekiden::aws {
namespace {

using std::chrono::seconds;
using Kind = http::TransportError::Kind;

class RepeatTest : public ClientTest {
 protected:
  static Call a_receive() {
    Call call = a_call();
    call.options.loses_if_repeated = true;
    return call;
  }
  // The failure of a call after `fail`, then nothing else in the script.
  template <typename Fail>
  Error::Facts lost(Fail fail) {
    const std::size_t before = wire_.requests().size();
    fail();
    Error::Facts facts = failure(a_receive());
    EXPECT_EQ(wire_.requests().size() - before, 1U) << facts.message;
    EXPECT_EQ(facts.attempts, 1U);
    return facts;
  }
};

// Goal: after an attempt that may have been answered, such a call fails, says so, and is not repeated. A later call can
// succeed.
TEST_F(RepeatTest, IsNotRepeatedWhenItMayHaveBeenAnswered) {
  const Error::Facts cut = lost([this] { wire_.fail(Kind::kReset); });
  EXPECT_EQ(cut.code, codes::kConnectionLost);
  EXPECT_TRUE(cut.maybe_answered && cut.retryable);
  const Error::Facts silent = lost([this] { wire_.hang(); });
  EXPECT_EQ(silent.code, codes::kDeadlineExceeded);
  EXPECT_TRUE(silent.maybe_answered && silent.retryable);
  EXPECT_TRUE(lost([this] { wire_.fail(Kind::kProtocol); }).maybe_answered);
  // A gateway that lost the service's answer.
  EXPECT_TRUE(lost([this] { wire_.answer(504, "<html>"); }).maybe_answered);
  EXPECT_TRUE(lost([this] { wire_.answer(502, "<html>"); }).maybe_answered);
}

// Goal: what surely was not answered is repeated: no connection, an unfinished request, an error of the service, a
// throttle.
TEST_F(RepeatTest, IsRepeatedWhenItWasNotAnswered) {
  wire_.fail(Kind::kConnect);
  wire_.answer(503, "");
  wire_.answer(200, "{}");
  EXPECT_EQ(loop_.run(client_.call(a_receive())).body, "{}");
  wire_.fail(Kind::kReset, false);
  wire_.answer(400, std::string(kThrottledAnswer));
  wire_.answer(200, "{}");
  EXPECT_EQ(loop_.run(client_.call(a_receive())).body, "{}");
  wire_.answer(500, R"({"__type":"com.amazonaws.sqs#InternalFailure"})");
  wire_.answer(504, R"({"__type":"com.amazonaws.sqs#ServiceUnavailable"})");
  wire_.answer(503, "");
  const Error::Facts refused = failure(a_receive());
  EXPECT_EQ(refused.attempts, 3U);
  EXPECT_FALSE(refused.maybe_answered);
}

// Goal: another call is repeated, and its failure still tells that an attempt may have been executed.
TEST_F(RepeatTest, OtherCallsAreRepeatedAndTell) {
  wire_.fail(Kind::kReset);
  wire_.fail(Kind::kConnect);
  wire_.fail(Kind::kConnect);
  const Error::Facts facts = failure(a_call());
  EXPECT_EQ(facts.attempts, 3U);
  EXPECT_EQ(facts.code, codes::kConnectionFailed);
  EXPECT_TRUE(facts.maybe_answered);
}

// Goal: an answer that cannot be read was an answer.
TEST_F(RepeatTest, ADamagedAnswerWasAnAnswer) {
  wire_.answer(200, R"({"Messages":[)");
  const CallAnswer answer = loop_.run(client_.call(a_receive()));
  try {
    client_.read(answer);
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(error.facts().maybe_answered);
  }
}

// Goal: a receive waits for the first byte as long as the long poll takes, and 30 s more; it is sent once. Other calls
// keep the default.
TEST_F(RepeatTest, ReceivesAreGenerousAndSentOnce) {
  sqs::SqsClient client(loop_.env(), wire_, keys_, here());
  const sqs::QueueUrl queue("http://127.0.0.1:4566/000000000000/news");
  for (int i = 0; i < 2; ++i) {
    wire_.answer(200, "{}");
  }
  loop_.run(client.receive(queue, {.messages_max = 10, .wait = seconds(20), .visibility = {}, .gate = {}}));
  const http::HttpRequest& receive = wire_.requests().back();
  ASSERT_TRUE(receive.patience);
  EXPECT_EQ(receive.patience->first_byte, seconds(50));
  EXPECT_TRUE(receive.once);
  loop_.run(client.delete_message(queue, sqs::ReceiptHandle("r")));
  const http::HttpRequest& other = wire_.requests().back();
  ASSERT_TRUE(other.patience);
  EXPECT_EQ(other.patience->first_byte, seconds(10));
  EXPECT_FALSE(other.once);
  wire_.fail(Kind::kReset);
  EXPECT_THROW(loop_.run(client.receive(queue, {.messages_max = 1, .wait = seconds(0), .visibility = {}, .gate = {}})),
               Error);
}

}  // namespace
}  // namespace ekiden::aws
