#include <ekiden/local/server.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "stepped.hpp"

namespace ekiden::local {
namespace {

using http::test::Serving;
using http::test::SteppedClient;
using http::test::SteppedLoop;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// A server with the queue "q" that has one message.
class AccessTest : public ::testing::Test {
 protected:
  void start(const std::string& listen) {
    ServerOptions options;
    options.listen = listen;
    options.seed = 7;
    options.allowed_origins = {"http://localhost:5173"};
    options.allowed_hosts = {"my-laptop"};
    server_.emplace(loop_.env(), std::move(options));
    serving_.emplace(loop_, *server_);
    ask("", "Action=CreateQueue&QueueName=q");
    ask("", "Action=SendMessage&MessageBody=m&QueueUrl=http://localhost/000000000000/q");
    ASSERT_EQ(count(), "1");
  }
  void stop() {
    serving_.reset();
    server_.reset();
  }
  void TearDown() override { stop(); }

  // The store works on a thread of its own.
  std::string send(const std::string& request) {
    SteppedClient client(loop_, server_->port());
    client.send(request);
    std::string answer = client.received();
    while (answer.empty() && !client.ended()) {
      loop_.context.restart();
      loop_.context.run_one_for(std::chrono::milliseconds(10));
      answer = client.received();
    }
    return answer;
  }
  std::string ask(const std::string& lines, const std::string& body, const std::string& host = "localhost:4566") {
    return send("POST / HTTP/1.1\r\nHost: " + host + "\r\n" + lines +
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n\r\n" + body);
  }
  std::string count() {
    const std::string answer = ask("",
                                   "Action=GetQueueAttributes&AttributeName.1=ApproximateNumberOfMessages&"
                                   "QueueUrl=http://localhost/000000000000/q");
    const std::size_t value = answer.find("<Value>");
    return value == std::string::npos ? answer : answer.substr(value + 7, 1);
  }

  SteppedLoop loop_;
  std::optional<Server> server_;
  std::optional<Serving<Server>> serving_;
};

constexpr const char* kPurge = "Action=PurgeQueue&QueueUrl=http://localhost/000000000000/q";

// Goal: neither a form nor an image of another site can purge a queue, on loopback and elsewhere.
TEST_F(AccessTest, OtherSitesCannotPurgeAQueue) {
  for (const char* listen : {"127.0.0.1:0", "0.0.0.0:0"}) {
    start(listen);
    for (const char* lines :
         {"Origin: https://evil.example\r\n", "Origin: null\r\n",
          "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: cross-site\r\n",
          "Sec-Fetch-Site: same-site\r\n", "Referer: https://evil.example/\r\n", "User-Agent: Mozilla/5.0\r\n"}) {
      EXPECT_THAT(ask(lines, kPurge), AllOf(StartsWith("HTTP/1.1 403 "), HasSubstr("--allow-origin"))) << lines;
      const std::string get = "GET /?" + std::string(kPurge) + " HTTP/1.1\r\nHost: localhost:4566\r\n";
      EXPECT_THAT(send(get + lines + "\r\n"), StartsWith("HTTP/1.1 403 ")) << lines;
      EXPECT_EQ(count(), "1") << listen << lines;
    }
    EXPECT_THAT(ask("", kPurge), StartsWith("HTTP/1.1 200 "));
    EXPECT_EQ(count(), "0");
    stop();
  }
}

// Goal: on loopback a foreign name is refused (DNS rebinding); in a container a service has any name.
TEST_F(AccessTest, OnLoopbackAForeignNameIsRefused) {
  start("127.0.0.1:0");
  EXPECT_THAT(ask("", kPurge, "evil.example:4566"), AllOf(StartsWith("HTTP/1.1 403 "), HasSubstr("--allow-host")));
  EXPECT_EQ(count(), "1");
  EXPECT_THAT(ask("", "Action=ListQueues", "my-laptop:4566"), StartsWith("HTTP/1.1 200 "));
  stop();
  start("0.0.0.0:0");
  EXPECT_THAT(ask("", "Action=ListQueues", "local:9324"), StartsWith("HTTP/1.1 200 "));
}

// Goal: an SDK shows why it was refused, because the answer has the form of its protocol.
TEST_F(AccessTest, SdksCanReadWhyTheyAreRefused) {
  start("127.0.0.1:0");
  const auto json = [this](const std::string& target) {
    return send("POST / HTTP/1.1\r\nHost: sqs:4566\r\nX-Amz-Target: " + target + "\r\nContent-Length: 2\r\n\r\n{}");
  };
  for (const char* target : {"AmazonSQS.ListQueues", "DynamoDB_20120810.ListTables"}) {
    EXPECT_THAT(json(target), AllOf(StartsWith("HTTP/1.1 403 "),
                                    HasSubstr(R"("__type":"com.amazon.coral.service#AccessDeniedException")"),
                                    HasSubstr("add --allow-host sqs")))
        << target;
  }
  EXPECT_THAT(ask("Origin: \xff<&\r\n", "Action=ListQueues"), HasSubstr("web pages of ?&lt;&amp; are"));
  EXPECT_THAT(ask("", "Action=ListQueues", "sqs:4566"),
              AllOf(HasSubstr("<Code>AccessDenied</Code>"), HasSubstr("add --allow-host sqs")));
}

// Goal: an SDK in a page of an allowed origin works: the preflight, the request, and an error.
TEST_F(AccessTest, AnAllowedOriginWorksAsOnAws) {
  start("127.0.0.1:0");
  const std::string page = "Host: localhost:4566\r\nOrigin: http://localhost:5173\r\nSec-Fetch-Site: same-site\r\n";
  EXPECT_THAT(send("OPTIONS / HTTP/1.1\r\n" + page +
                   "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: "
                   "amz-sdk-invocation-id,amz-sdk-request,authorization,content-type,x-amz-date,x-amz-target\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Access-Control-Allow-Origin: http://localhost:5173\r\n"),
                    HasSubstr("Access-Control-Allow-Methods: POST\r\n"),
                    HasSubstr("Access-Control-Allow-Headers: amz-sdk-invocation-id,"),
                    HasSubstr("Access-Control-Max-Age: 172800\r\n")));
  for (const char* body : {"{}", R"({"QueueNamePrefix":7})"}) {
    const std::string target = "X-Amz-Target: AmazonSQS.ListQueues\r\n";
    EXPECT_THAT(send("POST / HTTP/1.1\r\n" + page + target +
                     "Content-Length: " + std::to_string(std::string(body).size()) + "\r\n\r\n" + body),
                AllOf(HasSubstr("Access-Control-Allow-Origin: http://localhost:5173\r\n"),
                      HasSubstr("Access-Control-Expose-Headers: x-amzn-RequestId,"), HasSubstr("x-amzn-RequestId: ")))
        << body;
  }
}

}  // namespace
}  // namespace ekiden::local
