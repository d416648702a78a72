// No answer of SQS or DynamoDB, and no missing answer, crashes an actor. A worker that has been ready stays healthy.
#include <ekiden/runtime/supervision_events.hpp>
#include <ekiden/worker/events.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "fleet/detour.hpp"
#include "one_worker.hpp"

namespace ekiden::worker::test {
namespace {

using namespace std::chrono_literals;
using Kind = http::TransportError::Kind;

constexpr std::size_t kMessages = 40;
constexpr std::chrono::seconds kBadTime{150};  // Longer than the stall timeout.

// The prefixes of the services' X-Amz-Target headers.
constexpr const char* kSqs = "AmazonSQS.";
constexpr const char* kDynamoDb = "DynamoDB";

struct Ill {
  const char* name;
  std::function<http::HttpResponse()> answer;
  const char* batches_of = nullptr;  // If set: only batch calls of this service get the answer.
};

std::function<http::HttpResponse()> failing(Kind kind) {
  return [kind]() -> http::HttpResponse { throw http::TransportError(kind, "a test says so"); };
}
std::function<http::HttpResponse()> saying(http::HttpResponse response) {
  return [response] { return response; };
}
std::function<http::HttpResponse()> refusing(std::string_view code, int status = 400) {
  return saying(error_of(code, status));
}

const std::vector<Ill>& ills() {
  static const std::vector<Ill> all{
      {"Refused", failing(Kind::kConnect)},
      {"Untrusted", failing(Kind::kTls)},
      {"Reset", failing(Kind::kReset)},
      {"NoHttp", failing(Kind::kProtocol)},
      {"AccessDenied", refusing("AccessDeniedException", 403)},
      {"QueueDoesNotExist", refusing("QueueDoesNotExist")},
      {"ResourceNotFound", refusing("ResourceNotFoundException")},
      {"Validation", refusing("ValidationException")},
      {"Serialization", refusing("SerializationException")},
      {"StaleHandle", refusing("ReceiptHandleIsInvalid")},
      {"ExpiredToken", refusing("ExpiredTokenException")},
      {"UnknownKey", refusing("UnrecognizedClientException", 403)},
      {"WrongSignature", refusing("InvalidSignatureException", 403)},
      {"Throttled", refusing("ThrottlingException")},
      {"OverLimit", refusing("ProvisionedThroughputExceededException")},
      {"NewCode", refusing("SomethingOfNextYear", 418)},
      {"Internal", refusing("InternalServerError", 500)},
      {"Balancer", saying(response_of(503, "<html>try later</html>"))},
      {"Proxy", saying(response_of(407))},
      {"Redirect", saying(response_of(302))},
      {"NoJson", saying(response_of(200, "<html>log in</html>"))},
      {"Truncated", saying(response_of(200, R"({"Messages":[{"Body":"x)"))},
      {"Empty", saying(response_of(200))},
      {"OtherShape", saying(response_of(200, "[1]"))},
      {"OtherTypes", saying(response_of(200, R"({"Failed":{},"Successful":"x"})")), kSqs},
      {"UnknownEntries",
       saying(response_of(200, R"({"Failed":[{"Id":"99","Code":"x"},{}],"Successful":[{"Id":"-1"}]})")), kSqs},
      {"RefusedEntries",
       saying(response_of(200, R"({"Failed":[{"Id":"0","Code":"AccessDenied","SenderFault":true,"Message":"no"}]})")),
       kSqs},
      {"ForeignUnprocessed",
       saying(
           response_of(200, R"({"UnprocessedItems":{"news-deliveries":[{"PutRequest":{"Item":{"a":{"S":"b"}}}}]}})")),
       kDynamoDb},
      {"MalformedUnprocessed", saying(response_of(200, R"({"UnprocessedItems":{"news-deliveries":[{}]}})")), kDynamoDb},
  };
  return all;
}

struct Case {
  const Ill* ill;
  const char* service;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.ill->name << " by " << one.service; }

class AnswersOfTest : public testing::TestWithParam<Case> {};

// Goal: if a service gives a bad answer for longer than --stall-timeout, the worker stays healthy, no actor crashes,
// and afterwards all messages are processed. Method: the service answers like this under load.
TEST_P(AnswersOfTest, LeaveTheWorkerHealthy) {
  const auto answer = std::make_shared<Detour::Answer>();
  OneWorkerOptions options;
  options.way = [answer](http::Transport& network) { return std::make_unique<Detour>(network, answer); };
  OneWorker fleet(1, std::move(options));
  fleet.send(kMessages);
  fleet.start_worker();
  fleet.simulation().run_while([&] { return fleet.deletes() < 1; }, fleet.simulation().now() + 1h);

  *answer = [&asked = GetParam()](const http::HttpRequest& request) {
    const std::string_view target = target_of(request);
    const bool asked_for = target.starts_with(asked.service) &&
                           !(asked.ill->batches_of != nullptr && target.find("Batch") == std::string_view::npos);
    return asked_for ? std::optional(asked.ill->answer()) : std::nullopt;
  };
  for (std::chrono::seconds second{0}; second < kBadTime; ++second) {
    fleet.simulation().run_for(1s);
    const runtime::Status status = fleet.service().status();
    ASSERT_TRUE(status.ready) << status.detail << " after " << second.count() << " s";
    ASSERT_EQ(fleet.status(), std::nullopt);
  }
  EXPECT_EQ(fleet.events(runtime::events::kActorCrashed), 0U);

  *answer = nullptr;
  fleet.drain();
  fleet.look();
  fleet.stop_worker();
  EXPECT_EQ(fleet.problems(), std::vector<std::string>());
}

// One message under many ids: more messages than SQS can return at once and than the worker can hold.
http::HttpResponse too_many() {
  std::string body;
  for (const char c : body_of({"u0", "n0", "title 0"})) {
    body += c == '"' ? std::string("\\\"") : std::string(1, c);
  }
  std::string messages;
  for (std::size_t i = 0; i < 2 * OneWorker::kMaxInFlight; ++i) {
    const std::string id = std::to_string(i);
    messages += (i == 0 ? "" : ",") + (R"({"MessageId":"id-)" + id + R"(","ReceiptHandle":"handle-)" + id) +
                R"(","Attributes":{"SentTimestamp":"1482105600000"},"Body":")" + body + "\"}";
  }
  return response_of(200, R"({"Messages":[)" + messages + "]}");
}

// Goal: if a server returns more messages than requested, nothing crashes, and messages without room are released.
TEST(AnswersTest, MoreThanRequestedIsReleased) {
  const auto answer = std::make_shared<Detour::Answer>();
  OneWorkerOptions options;
  options.way = [answer](http::Transport& network) { return std::make_unique<Detour>(network, answer); };
  OneWorker fleet(2, std::move(options));
  fleet.send(kMessages);
  fleet.start_worker();
  *answer = [given = false](const http::HttpRequest& request) mutable -> std::optional<http::HttpResponse> {
    if (given || !target_of(request).ends_with(".ReceiveMessage")) {
      return std::nullopt;
    }
    given = true;
    return too_many();
  };
  fleet.drain();
  EXPECT_EQ(fleet.events(runtime::events::kActorCrashed), 0U);
  EXPECT_EQ(fleet.events(worker::events::kAge), kMessages + 2 * OneWorker::kMaxInFlight);
  EXPECT_TRUE(fleet.service().status().ready) << fleet.service().status().detail;
  fleet.look();
  fleet.stop_worker();
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const Ill& ill : ills()) {
    for (const char* service : {kSqs, kDynamoDb}) {
      if (ill.batches_of == nullptr || ill.batches_of == service) {
        all.push_back({&ill, service});
      }
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Of, AnswersOfTest, testing::ValuesIn(cases()), [](const auto& one) {
  return std::string(one.param.ill->name) + (one.param.service == kSqs ? "BySqs" : "ByDynamoDb");
});

}  // namespace
}  // namespace ekiden::worker::test
