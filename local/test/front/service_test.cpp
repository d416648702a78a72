#include <ekiden/http/handler.hpp>
#include <ekiden/local/service.hpp>
#include <ekiden/runtime/simulated/loop.hpp>
#include <ekiden/runtime/task_group.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ekiden::local {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

http::HttpRequest request_to(const std::string& target, std::string body) {
  http::HttpRequest request;
  request.url = "/";
  request.headers.add("Host", "127.0.0.1:4566");
  request.headers.add("X-Amz-Target", target);
  request.body = std::move(body);
  return request;
}

http::HttpRequest sqs(const std::string& operation, std::string body) {
  return request_to("AmazonSQS." + operation, std::move(body));
}

// One request in flight, and its result.
struct Asked {
  std::optional<http::HttpResponse> response;
  runtime::TimePoint at;
  bool dropped = false;
  runtime::TaskGroup::Handle handle;
};

Task<> ask_task(LocalService& service, runtime::Clock& clock, http::HttpRequest request, std::shared_ptr<Asked> asked) {
  try {
    asked->response = co_await service.handle(std::move(request));
  } catch (const http::DropConnection&) {
    asked->dropped = true;
  }
  asked->at = clock.now();
}

class ServiceTest : public ::testing::Test {
 protected:
  void start(ServiceOptions options = {}) {
    service_.emplace(loop_.env(), std::move(options));
    tasks_.emplace(loop_.env().executor);
    tasks_->spawn(service_->run());
  }
  void TearDown() override {
    if (service_) {
      service_->stop();
      loop_.run(tasks_->join());
    }
  }
  std::shared_ptr<Asked> ask(http::HttpRequest request) {
    auto asked = std::make_shared<Asked>();
    asked->handle = tasks_->spawn(ask_task(*service_, loop_.clock(), std::move(request), asked));
    return asked;
  }
  http::HttpResponse call(http::HttpRequest request) {
    const auto asked = ask(std::move(request));
    loop_.run_for(milliseconds(10));
    return asked->response.value_or(http::HttpResponse{0, {}, "no answer"});
  }
  std::shared_ptr<Asked> poll(int wait = 20, int visibility = 30) {
    return ask(sqs("ReceiveMessage", R"({"QueueUrl":"q","WaitTimeSeconds":)" + std::to_string(wait) +
                                         R"(,"VisibilityTimeout":)" + std::to_string(visibility) + "}"));
  }
  void send(const std::string& body, int delay = 0) {
    call(sqs("SendMessage",
             R"({"QueueUrl":"q","MessageBody":")" + body + R"(","DelaySeconds":)" + std::to_string(delay) + "}"));
  }
  void create() { call(sqs("CreateQueue", R"({"QueueName":"q"})")); }

  runtime::SimulatedLoop loop_;
  std::optional<LocalService> service_;
  std::optional<runtime::TaskGroup> tasks_;
};

// Goal: requests reach their service, and no other request is taken for one.
TEST_F(ServiceTest, Routes) {
  start();
  create();
  EXPECT_EQ(call(request_to("DynamoDB_20120810.ListTables", "{}")).body, R"({"TableNames":[]})");
  http::HttpRequest get;
  get.method = "GET";
  get.url = "/";
  EXPECT_THAT(call(get).body, HasSubstr("healthy"));
  get.url = "/favicon.ico";
  EXPECT_EQ(call(get).status, 404);
  get.url = "/?Action=ListQueues";
  EXPECT_THAT(call(get).body, HasSubstr("000000000000/q</QueueUrl>"));
}

// Goal: a request for no service is answered like an unknown operation on AWS, with any method.
TEST_F(ServiceTest, TellsHealthToABareGetAlone) {
  start();
  const auto ask = [this](std::string method, std::string url) {
    http::HttpRequest request;
    request.method = std::move(method);
    request.url = std::move(url);
    return call(request);
  };
  EXPECT_THAT(ask("GET", "/").body, HasSubstr("healthy"));
  EXPECT_EQ(ask("HEAD", "/").status, 200);
  for (const auto& [method, url] :
       {std::pair("POST", "/"), std::pair("GET", "/?x"), std::pair("PUT", "/favicon.ico")}) {
    const http::HttpResponse refused = ask(method, url);
    EXPECT_EQ(refused.status, 404) << method << url;
    EXPECT_EQ(refused.body, "<UnknownOperationException/>\n");
    EXPECT_EQ(refused.headers.find("allow"), std::nullopt);
  }
}

// Goal: the fault "unavailable" answers like a load balancer: an HTML page, not an error of a service.
TEST_F(ServiceTest, AnswersAsABalancerWhileItIsUnavailable) {
  ServiceOptions options;
  options.faults.unavailable = 1;
  start(std::move(options));
  const http::HttpResponse response = call(sqs("ListQueues", "{}"));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, "<html><body><b>503 Service Unavailable</b></body></html>");
}

// Goal: a long poll ends when a message arrives, not at its time limit.
TEST_F(ServiceTest, WakesALongPollOnArrival) {
  start();
  create();
  const auto polled = poll();
  loop_.run_for(seconds(5));
  EXPECT_FALSE(polled->response);
  const auto before = loop_.clock().now();
  send("hello");
  ASSERT_TRUE(polled->response);
  EXPECT_THAT(polled->response->body, HasSubstr("hello"));
  EXPECT_LT(polled->at - before, milliseconds(10));
}

// Goal: a long poll without messages ends with an empty answer at its time limit.
TEST_F(ServiceTest, EndsAnEmptyLongPollInTime) {
  start();
  create();
  const auto begun = loop_.clock().now();
  const auto polled = poll(3);
  loop_.run_for(seconds(10));
  ASSERT_TRUE(polled->response);
  EXPECT_EQ(polled->response->body, "{}");
  EXPECT_GE(polled->at - begun, seconds(3));
  EXPECT_LT(polled->at - begun, milliseconds(3'010));
}

// Goal: a message that becomes visible wakes a long poll, after a delay or a visibility timeout, whether it was hidden
// before or after the poll began.
TEST_F(ServiceTest, WakesALongPollWhenAMessageBecomesVisible) {
  start();
  create();
  send("delayed before", 2);
  auto polled = poll(20, 3);
  loop_.run_for(seconds(2));
  ASSERT_TRUE(polled->response);
  EXPECT_THAT(polled->response->body, HasSubstr("delayed before"));
  polled = poll();  // The message becomes visible after 3 s.
  loop_.run_for(milliseconds(3'010));
  ASSERT_TRUE(polled->response);
  polled = poll();
  loop_.run_for(seconds(1));
  send("delayed after", 4);
  loop_.run_for(milliseconds(3'900));
  EXPECT_FALSE(polled->response);
  loop_.run_for(milliseconds(200));
  ASSERT_TRUE(polled->response);
  EXPECT_THAT(polled->response->body, HasSubstr("delayed after"));
}

// Goal: one message wakes one of many long polls, and the others get the next messages.
TEST_F(ServiceTest, SharesMessagesAmongLongPolls) {
  start();
  create();
  std::vector<std::shared_ptr<Asked>> polls;
  for (int i = 0; i < 5; ++i) {
    polls.push_back(poll());
  }
  loop_.run_for(seconds(1));
  for (int answered = 1; answered <= 5; ++answered) {
    send("hello");
    EXPECT_EQ(std::count_if(polls.begin(), polls.end(), [](const auto& each) { return each->response.has_value(); }),
              answered);
  }
  EXPECT_EQ(service_->stats().messages_received, 5);
}

// Goal: a client that closed its connection receives no message. Method: its long poll is cancelled at every step
// around the arrival of a message; the next client must get it at once, with an unchanged receive count.
TEST_F(ServiceTest, HandsNothingToAClientThatHasGone) {
  start();
  create();
  for (int steps = 0; steps < 12; ++steps) {
    const auto gone = poll(20, 1'000);
    loop_.run_for(seconds(1));
    const auto sent = ask(sqs("SendMessage", R"({"QueueUrl":"q","MessageBody":"hello"})"));
    for (int step = 0; step < steps && !gone->response; ++step) {
      loop_.context().poll_one();
      loop_.context().restart();
    }
    if (steps > 8) {
      loop_.run_for(std::chrono::microseconds(200 * (steps - 8)));
    }
    const bool answered = gone->response.has_value();
    gone->handle.cancel();
    loop_.run_for(milliseconds(10));
    const auto response =
        call(sqs("ReceiveMessage", R"({"QueueUrl":"q","AttributeNames":["ApproximateReceiveCount"]})"));
    if (answered) {
      EXPECT_EQ(response.body, "{}");
    } else {
      EXPECT_THAT(response.body, HasSubstr(R"("ApproximateReceiveCount":"1")")) << "cancelled after " << steps;
    }
    call(sqs("PurgeQueue", R"({"QueueUrl":"q"})"));
  }
}

// Goal: a long poll on a queue that is deleted ends with an error.
TEST_F(ServiceTest, EndsALongPollOfADeletedQueue) {
  start();
  create();
  const auto polled = poll();
  loop_.run_for(seconds(1));
  call(sqs("DeleteQueue", R"({"QueueUrl":"q"})"));
  ASSERT_TRUE(polled->response);
  EXPECT_THAT(polled->response->body, HasSubstr("QueueDoesNotExist"));
}

// Goal: stopping answers long polls at once, with empty answers.
TEST_F(ServiceTest, EndsLongPollsWhenStopping) {
  start();
  create();
  const auto polled = poll();
  loop_.run_for(seconds(1));
  service_->end_polls();
  loop_.run_for(milliseconds(10));
  ASSERT_TRUE(polled->response);
  EXPECT_EQ(polled->response->body, "{}");
}

// Goal: each fault has the form of its service's errors.
TEST_F(ServiceTest, InjectsThrottlesAndErrors) {
  ServiceOptions options;
  options.faults.throttle = 1;
  start(options);
  const auto throttled = call(sqs("ListQueues", "{}"));
  EXPECT_THAT(throttled.body, HasSubstr("RequestThrottled"));
  EXPECT_EQ(throttled.headers.find("x-amzn-query-error"), "RequestThrottled;Sender");
  const auto table = call(request_to("DynamoDB_20120810.ListTables", "{}"));
  EXPECT_EQ(table.status, 400);
  EXPECT_THAT(table.body, HasSubstr("v20120810#ProvisionedThroughputExceededException"));
}

// Goal: status 500 and dropped connections have the requested rate.
TEST_F(ServiceTest, InjectsErrorsAndDrops) {
  ServiceOptions options;
  options.faults.error = 0.5;
  options.faults.drop = 0.5;
  start(options);
  int errors = 0;
  int drops = 0;
  for (int i = 0; i < 200; ++i) {
    const auto asked = ask(sqs("ListQueues", "{}"));
    loop_.run_for(milliseconds(10));
    drops += asked->dropped ? 1 : 0;
    errors += asked->response && asked->response->status == 500 ? 1 : 0;
  }
  EXPECT_NEAR(drops, 88, 30);  // Half of the drops come after the work, unless there was an error first.
  EXPECT_NEAR(errors, 75, 30);
}

// Goal: the latency passes before the work is done, so that no message is in flight before it is delivered.
TEST_F(ServiceTest, AddsLatency) {
  ServiceOptions options;
  options.latency = Latency::kTokyo;
  start(options);
  const auto begun = loop_.clock().now();
  const auto asked = ask(sqs("CreateQueue", R"({"QueueName":"q"})"));
  loop_.run_for(seconds(2));
  ASSERT_TRUE(asked->response);
  EXPECT_GT(asked->at - begun, milliseconds(1));
}

// Goal: the statistics count committed operations and have their times.
TEST_F(ServiceTest, CountsWhatWasCommitted) {
  start();
  create();
  send("a");
  send("b");
  const auto received = call(sqs("ReceiveMessage", R"({"QueueUrl":"q"})"));
  const std::size_t at = received.body.find("ReceiptHandle") + 16;
  EXPECT_FALSE(service_->stats().last_delete);
  call(sqs("DeleteMessage", R"({"QueueUrl":"q","ReceiptHandle":")" +
                                received.body.substr(at, received.body.find('"', at) - at) + "\"}"));
  const Stats& stats = service_->stats();
  EXPECT_EQ(stats.messages_sent, 2);
  EXPECT_EQ(stats.messages_received, 1);
  EXPECT_EQ(stats.messages_deleted, 1);
  ASSERT_TRUE(stats.last_delete);
  EXPECT_LE(stats.last_delete->monotonic, loop_.clock().now());
}

}  // namespace
}  // namespace ekiden::local
