#include "examination.hpp"

#include <ekiden/local/service.hpp>
#include <ekiden/testkit/local_server.hpp>

#include <algorithm>
#include <set>

namespace ekiden::worker::test {
namespace {

http::HttpResponse identity_answer(const std::string& arn) {
  http::HttpResponse response;
  if (arn.empty()) {
    response.status = 403;
    response.body =
        "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>The security token "
        "included in the request is invalid.</Message></Error><RequestId>r</RequestId></ErrorResponse>";
  } else {
    response.body = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>" + arn +
                    "</Arn><UserId>AROAEXAMPLE</UserId><Account>000000000000</Account></GetCallerIdentityResult>"
                    "</GetCallerIdentityResponse>";
  }
  return response;
}

http::HttpResponse denial(const std::string& sentence) {
  http::HttpResponse response;
  response.status = 400;
  response.body = R"({"__type":"com.amazon.coral.service#AccessDeniedException","Message":")" + sentence + "\"}";
  return response;
}

Task<http::HttpResponse> answer(Gatekeeper& gate, local::LocalService& service, http::HttpRequest request) {
  const bool is_sts = request.body.starts_with("Action=");
  const std::string operation = is_sts ? "GetCallerIdentity" : testkit::SimNetwork::operation(request);
  gate.asked.push_back(operation);
  const auto denied = gate.denied.find(operation);
  if (is_sts && !gate.has_sts) {
    throw http::DropConnection{};
  }
  if (is_sts) {
    co_return identity_answer(gate.identity);
  }
  if (denied != gate.denied.end()) {
    co_return denial(denied->second);
  }
  if (const auto given = gate.answers.find(operation); given != gate.answers.end()) {
    http::HttpResponse response;
    response.body = given->second;
    co_return response;
  }
  http::HttpResponse response = co_await service.handle(std::move(request));
  co_return response;
}

Task<> serve(testkit::Process& process, Gatekeeper& gate) {
  auto owned = std::make_unique<local::LocalService>(process.env(), local::ServiceOptions{});
  local::LocalService& service = process.keep(std::move(owned));
  process.listen(testkit::kLocalAuthority,
                 [&gate, &service](http::HttpRequest request) { return answer(gate, service, std::move(request)); });
  co_await service.run();
}

}  // namespace

Examination::Examination()
    : target_(testkit::local_target()),
      credentials_(std::make_shared<aws::StaticCredentials>(aws::Credentials{"id", "secret", {}, {}}, "test's keys")),
      sqs_(tools_.env(), tools_.transport(), testkit::local_credentials(), testkit::local_target()),
      dynamodb_(tools_.env(), tools_.transport(), testkit::local_credentials(), testkit::local_target()) {
  gate_.identity = kTaskArn;
  patient_.settings.queue = "news";
  patient_.settings.table = "news-deliveries";
  simulation_.start(server_, serve(server_, gate_));
}

void Examination::make_plain_queue(const std::string& name, const aws::sqs::Attributes& attributes) {
  run(sqs_.create_queue(name, attributes));
}

void Examination::make_queue(const std::string& name, int max_receive_count, const std::string& dead_retention) {
  make_plain_queue(name + "-dead", {{"MessageRetentionPeriod", dead_retention}});
  const std::string arn = attributes(name + "-dead").at("QueueArn");
  make_plain_queue(name, {{"RedrivePolicy", R"({"deadLetterTargetArn":")" + arn + R"(","maxReceiveCount":)" +
                                                std::to_string(max_receive_count) + "}"}});
}

void Examination::make_table(const std::string& name, const std::vector<aws::dynamodb::KeyAttribute>& key) {
  run(dynamodb_.create_table(name, key));
}

void Examination::make_news() {
  make_queue("news");
  make_table("news-deliveries", {{"user_id"}, {"news_id"}});
}

void Examination::send(const std::string& queue, const std::string& body) {
  run(sqs_.send(run(sqs_.get_queue_url(queue)), aws::sqs::OutgoingMessage{.body = body}));
}

aws::sqs::Attributes Examination::attributes(const std::string& queue) {
  return run(sqs_.get_queue_attributes(run(sqs_.get_queue_url(queue))));
}

std::size_t Examination::items(const std::string& table) { return run(dynamodb_.scan({.table = table})).items.size(); }

void Examination::examine() {
  testkit::Process& process = simulation_.process("doctor", options_);
  const aws::Environment environment = [this](std::string_view name) -> std::optional<std::string> {
    const auto found = environment_.find(name);
    return found == environment_.end() ? std::nullopt : std::optional(found->second);
  };
  gate_.asked.clear();
  checks_ =
      simulation_.run(process, worker::examine({.env = process.env(),
                                                .transport = process.transport(),
                                                .target = target_,
                                                .credentials = credentials_,
                                                .environment = environment,
                                                .memory_limit = memory_limit_},
                                               patients_.empty() ? std::vector<worker::Patient>{patient_} : patients_));
  const std::set<std::string> never_ok{"sqs:ReceiveMessage", "sqs:SendMessage", "dynamodb:BatchWriteItem",
                                       "kms:Decrypt"};
  std::set<std::string> names;
  for (const Check& check : checks_) {
    EXPECT_TRUE(names.insert(check.name).second || !patients_.empty()) << check.name << " is reported twice";
    EXPECT_NE(std::ranges::find(worker::kCheckNames, check.name), worker::kCheckNames.end()) << check.name;
    EXPECT_TRUE(check.status == CheckStatus::kNotTried || !never_ok.contains(check.name)) << check.name;
    const bool needs_fix = check.status == CheckStatus::kWarning || check.status == CheckStatus::kFault;
    EXPECT_TRUE(!needs_fix || !check.fix.empty()) << check.name;
    EXPECT_EQ((check.detail + check.fix).find('\n'), std::string::npos) << check.name;
    EXPECT_FALSE(check.detail.empty()) << check.name;
  }
}

Check Examination::of(const std::string& name) {
  const auto found = std::ranges::find(checks_, name, &Check::name);
  if (found == checks_.end()) {
    ADD_FAILURE() << "there is no check named " << name;
    return {};
  }
  return *found;
}

bool Examination::has(const std::string& name) const {
  return std::ranges::find(checks_, name, &Check::name) != checks_.end();
}

}  // namespace ekiden::worker::test
