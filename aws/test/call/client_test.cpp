// How a call handles answers: retries, deadlines, errors, cancellation. On the simulated clock.
#include <ekiden/runtime/task_group.hpp>

#include "client_fixture.hpp"

namespace ekiden::aws {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Goal: a request is signed and names its operation; its answer is returned whole.
TEST_F(ClientTest, SendsASignedRequest) {
  wire_.answer(200, R"({"a":1})", {{"x-amzn-RequestId", "r-1"}});
  const CallAnswer answer = loop_.run(client_.call(a_call()));
  EXPECT_EQ(answer.body, R"({"a":1})");
  EXPECT_EQ(answer.request_id, "r-1");
  EXPECT_EQ(client_.read(answer).find("a")->integer(), 1);
  const http::HttpRequest& request = wire_.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "http://127.0.0.1:4566/");
  EXPECT_EQ(wire_.target(), "AmazonSQS.ReceiveMessage");
  EXPECT_EQ(request.headers.find("Content-Type"), "application/x-amz-json-1.0");
  EXPECT_TRUE(
      request.headers.find("Authorization")->starts_with("AWS4-HMAC-SHA256 Credential=id/20161219/us-east-1/sqs/"));
}

// Goal: transient failures are retried, within the limits of the policy, and each retry publishes an event.
TEST_F(ClientTest, RetriesTransientFailures) {
  wire_.fail(http::TransportError::Kind::kReset);
  wire_.answer(503, "<html>busy</html>");
  wire_.answer(200, "{}");
  loop_.run(client_.call(a_call()));
  ASSERT_EQ(wire_.requests().size(), 3U);
  EXPECT_LE(gap(0), milliseconds(50));
  EXPECT_LE(gap(1), milliseconds(100));
  EXPECT_EQ(events_,
            (std::vector<std::string>{
                "aws.retry service=sqs operation=ReceiveMessage error_class=transient code=ConnectionLost",
                "aws.retry service=sqs operation=ReceiveMessage error_class=transient code=UnexpectedStatus"}));
}

// Goal: a throttle, whatever its status, is counted and waits longer; in the end it is an error that says so.
TEST_F(ClientTest, CountsThrottlesAndGivesUp) {
  for (int i = 0; i < 3; ++i) {
    wire_.answer(400, std::string(kThrottledAnswer), {{"x-amzn-requestid", "r-9"}});
  }
  const Error::Facts facts = failure(a_call());
  EXPECT_TRUE(facts.throttling);
  EXPECT_TRUE(facts.retryable);
  EXPECT_EQ(facts.attempts, 3U);
  EXPECT_EQ(facts.code, "ThrottlingException");
  EXPECT_EQ(facts.request_id, "r-9");
  EXPECT_EQ(std::count(events_.begin(), events_.end(),
                       "aws.throttled service=sqs operation=ReceiveMessage queue=news code=ThrottlingException"),
            3);
  EXPECT_LE(gap(0), seconds(1));
  EXPECT_LE(gap(1), seconds(2));
}

// Goal: a request with a final error is not sent again.
TEST_F(ClientTest, DoesNotRetryFinalErrors) {
  wire_.answer(400,
               R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."})");
  wire_.fail(http::TransportError::Kind::kTls);
  const Error::Facts missing = failure(a_call());
  EXPECT_EQ(missing.code, "QueueDoesNotExist");
  EXPECT_EQ(missing.operation, "sqs.ReceiveMessage");
  EXPECT_EQ(missing.resource, "http://127.0.0.1:4566/000000000000/news");
  EXPECT_EQ(missing.http_status, 400);
  EXPECT_FALSE(missing.retryable);
  EXPECT_EQ(failure(a_call()).code, codes::kUntrusted);
  EXPECT_EQ(wire_.requests().size(), 2U);
  EXPECT_TRUE(events_.empty());
}

// Goal: each attempt at a silent service ends with its patience.
TEST_F(ClientTest, GivesUpAnAttemptWhenItsPatienceEnds) {
  wire_.hang();
  wire_.hang();
  Call call = a_call(2);
  call.options.patience = http::Patience{.connect = {}, .first_byte = seconds(3), .silence = seconds(3)};
  const Error::Facts facts = failure(std::move(call));
  EXPECT_EQ(facts.code, codes::kDeadlineExceeded);
  EXPECT_EQ(facts.http_status, 0);
  EXPECT_TRUE(facts.retryable);
  EXPECT_GE(gap(0), seconds(3));
  EXPECT_LE(gap(0), seconds(3) + milliseconds(50));
}

// Goal: a caller with its own retries can turn ours off.
TEST_F(ClientTest, TriesOnceOnRequest) {
  wire_.fail(http::TransportError::Kind::kConnect);
  EXPECT_EQ(failure(a_call(1)).code, codes::kConnectionFailed);
  EXPECT_EQ(wire_.requests().size(), 1U);
}

// Goal: an expected error code is a return value, not an exception.
TEST_F(ClientTest, YieldsTheExpectedErrorAsAnAnswer) {
  wire_.answer(400, R"({"__type":"x#ConditionalCheckFailedException","Item":{}})");
  Call call = a_call();
  call.expected = "ConditionalCheckFailedException";
  const CallAnswer answer = loop_.run(client_.call(std::move(call)));
  EXPECT_EQ(answer.code, "ConditionalCheckFailedException");
  EXPECT_TRUE(client_.read(answer).find("Item"));
}

// Goal: a cancelled call ends at once, in the wait for an answer or for a retry, and sends nothing more.
TEST_F(ClientTest, EndsWhenCancelled) {
  wire_.hang();
  for (int i = 0; i < 3; ++i) {
    wire_.answer(400, std::string(kThrottledAnswer));
  }
  runtime::TaskGroup group(loop_.context().get_executor());
  std::string ending;
  const auto run = [](ServiceClient& client, Call call, std::string& how) -> Task<> {
    try {
      co_await client.call(std::move(call));
      how = "answered";
    } catch (const boost::system::system_error& error) {
      how = error.code() == boost::asio::error::operation_aborted ? "aborted" : "failed";
    }
  };
  // In the first round it waits for the answer, in the second for the retry.
  for (const std::size_t requests : {1U, 2U}) {
    const runtime::TaskGroup::Handle handle = group.spawn(run(client_, a_call(), ending));
    loop_.run_for(milliseconds(1));
    handle.cancel();
    loop_.run(group.join());
    EXPECT_EQ(ending, "aborted");
    EXPECT_EQ(wire_.requests().size(), requests);
  }
}

// Goal: an answer that is not JSON gives an error that names the call, without the text.
TEST_F(ClientTest, RefusesAnAnswerThatIsNoJson) {
  wire_.answer(200, "<html>secret</html>", {{"x-amzn-requestid", "r-2"}});
  const CallAnswer answer = loop_.run(client_.call(a_call()));
  try {
    client_.read(answer);
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "sqs.ReceiveMessage on http://127.0.0.1:4566/000000000000/news: InvalidResponse (HTTP 200, request "
                 "r-2): the answer is not JSON: expected a value");
  }
}

// Goal: an error is one line of bounded length, whatever the service's message is.
TEST_F(ClientTest, AnErrorsTextIsBounded) {
  std::string long_text;
  for (int i = 0; i < 100'000; ++i) {
    long_text += "\xc3\xa9";
  }
  wire_.answer(400, R"({"__type":"x#)" + long_text + R"(","message":")" + long_text + "\"}");
  const Error::Facts facts = failure(a_call());
  EXPECT_LE(facts.code.size(), 1003U);
  EXPECT_LE(facts.message.size(), 1003U);
  EXPECT_TRUE(facts.message.ends_with("\xc3\xa9...")) << facts.message.substr(990);
  EXPECT_LE(std::string_view(Error(facts).what()).size(), 2'300U);
}

}  // namespace
}  // namespace ekiden::aws
