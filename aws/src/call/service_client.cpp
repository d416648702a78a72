#include <ekiden/aws/call/service_client.hpp>
#include <ekiden/aws/events.hpp>
#include <ekiden/aws/names.hpp>
#include <ekiden/base/utf8.hpp>

#include <utility>

#include "attempt.hpp"
#include "xml.hpp"

namespace ekiden::aws {
namespace {

constexpr std::size_t kDocumentReserve = 32 * 1024;  // Ten messages of 1 KB.
constexpr std::size_t kSignersMax = 32;

// Reads the XML of an AWS Query answer.
void read_query_answer(Attempt& outcome) {
  if (std::string id = xml_element(outcome.body, "RequestId"); !id.empty()) {
    outcome.facts.request_id = std::move(id);
  }
  if (const std::string code = xml_element(outcome.body, "Code"); !outcome.ok && !code.empty()) {
    outcome.fail(base::shortened(code, kServiceTextMax),
                 base::shortened(xml_element(outcome.body, "Message"), kServiceTextMax));
  }
}

}  // namespace

std::string operation_name(const ServiceSpec& service, std::string_view operation) {
  return std::string(service.name).append(".").append(operation);
}

ServiceClient::ServiceClient(runtime::Env env, http::Transport& transport,
                             std::shared_ptr<CredentialsProvider> credentials, ServiceSpec service,
                             std::string endpoint, const Target& target)
    : env_(env),
      transport_(transport),
      credentials_(std::move(credentials)),
      service_(service),
      endpoint_(std::move(endpoint)),
      region_(target.region),
      attempts_(target.retries.attempts.value_or(service.retries.attempts)),
      document_(kDocumentReserve) {
  if (target.retries.mode == RetryMode::kAdaptive) {
    limiter_.emplace(env_.clock);
  }
}

http::HttpRequest ServiceClient::make_request(const Call& call, const Credentials& credentials,
                                              runtime::WallTime when) {
  const std::string& region = call.region.empty() ? region_ : call.region;
  auto signer = signers_.find(region);
  if (signer == signers_.end()) {
    if (signers_.size() >= kSignersMax) {
      signers_.clear();
    }
    signer = signers_.emplace(region, Sigv4(region, std::string(service_.name))).first;
  }
  http::HttpRequest request;
  request.url = call.endpoint.empty() ? endpoint_ : call.endpoint;
  request.url.push_back('/');
  if (service_.is_query) {
    request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  } else {
    request.headers.add("Content-Type", "application/x-amz-json-1.0");
    request.headers.add("X-Amz-Target", std::string(service_.target_prefix).append(call.operation));
  }
  request.body = call.body;
  request.lane = call.lane;
  request.gate = call.gate;
  request.patience = call.options.patience.value_or(kPatience);
  request.once = call.options.loses_if_repeated;
  signer->second.sign(request, credentials, when);
  return request;
}

// What was corrected during one call; each at most once.
struct ServiceClient::Corrected {
  bool clock = false;
  bool keys = false;
};

Task<Attempt> ServiceClient::attempt(const Call& call) {
  Attempt outcome;
  try {
    outcome.keys = co_await credentials_->get();
  } catch (const ConfigurationError& error) {
    outcome.fail(codes::kNoCredentials, error.what());
  }
  if (!outcome.keys) {
    co_return outcome;
  }
  outcome.signed_at = env_.clock.wall_now() + credentials_->clock_skew().offset();
  try {
    http::HttpRequest request = make_request(call, *outcome.keys, outcome.signed_at);
    http::HttpResponse response = co_await transport_.send(std::move(request));
    outcome.take(std::move(response), document_, service_.has_crc32);
    if (service_.is_query) {
      read_query_answer(outcome);
    }
  } catch (const http::TransportError& error) {
    outcome.fail(error);
  }
  co_return outcome;
}

Task<CallAnswer> ServiceClient::call(Call call) {
  const unsigned attempts = call.options.attempts != 0 ? call.options.attempts : attempts_;
  Corrected corrected;
  int paid = 0;  // The cost of the last retry.
  unsigned retries = 0;
  bool maybe_answered = false;
  for (unsigned sent = 1;; ++sent) {
    if (limiter_) {
      co_await limiter_->acquire();
    }
    Attempt outcome = co_await attempt(call);
    if (limiter_) {
      limiter_->answered(outcome.error_class == ErrorClass::kThrottling);
    }
    if (outcome.ok || (!call.expected.empty() && outcome.facts.code == call.expected)) {
      budget_.answered(paid);
      co_return answer(std::move(call), std::move(outcome));
    }
    publish_throttle(call, outcome);
    maybe_answered = maybe_answered || outcome.facts.maybe_answered;
    outcome.facts.maybe_answered = maybe_answered;
    const bool is_corrected = co_await correct(call, outcome, corrected);
    if (is_corrected) {
      publish_retry(call, outcome, sent, runtime::Duration::zero());
      continue;
    }
    const bool may_repeat = !maybe_answered || !call.options.loses_if_repeated;
    if (outcome.error_class == ErrorClass::kFinal || !may_repeat || retries + 1 >= attempts) {
      give_up(std::move(call), std::move(outcome), sent);
    }
    const runtime::Duration delay =
        service_.retries.delay(outcome.error_class, retries++, env_.random.uniform(), outcome.retry_after);
    paid = RetryBudget::cost(outcome.error_class);
    const bool affordable = budget_.pay(paid);
    if (affordable) {
      publish_retry(call, outcome, sent, delay);
    }
    if (affordable || call.is_long_poll) {
      co_await env_.clock.sleep_for(delay);  // Also before a failure, so that a polling loop does not poll faster.
    }
    if (!affordable) {
      give_up(std::move(call), std::move(outcome), sent);
    }
  }
}

Task<bool> ServiceClient::correct(const Call& call, const Attempt& outcome, Corrected& corrected) {
  if (!corrected.clock && correct_clock(call, outcome)) {
    corrected.clock = true;
    co_return true;
  }
  if (!corrected.keys && outcome.keys && outcome.facts.credentials) {
    corrected.keys = true;
    const bool others = co_await correct_keys(outcome);
    co_return others;
  }
  co_return false;
}

bool ServiceClient::correct_clock(const Call& call, const Attempt& outcome) {
  if (!outcome.server_time || !may_mean_skew(outcome.facts.http_status, outcome.facts.code) ||
      std::chrono::abs(*outcome.server_time - outcome.signed_at) < ClockSkew::kTolerance) {
    return false;
  }
  // If another call learned the offset meanwhile, only this call's signature is out of date.
  if (credentials_->clock_skew().learn(*outcome.server_time, env_.clock.wall_now())) {
    env_.events.publish(events::kClockSkew, {service_.name, call.operation,
                                             std::chrono::duration<double>(credentials_->clock_skew().offset()).count(),
                                             std::string_view(outcome.facts.request_id)});
  }
  return true;
}

Task<bool> ServiceClient::correct_keys(const Attempt& outcome) {
  credentials_->reject(outcome.keys);
  try {
    const std::shared_ptr<const Credentials> others = co_await credentials_->get();
    co_return others->access_key_id != outcome.keys->access_key_id ||
        others->secret_access_key != outcome.keys->secret_access_key ||
        others->session_token != outcome.keys->session_token;
  } catch (const ConfigurationError&) {
    co_return false;  // Report the service's rejection instead of this error.
  }
}

CallAnswer ServiceClient::answer(Call call, Attempt outcome) const {
  CallAnswer answer;
  answer.body = std::move(outcome.body);
  answer.request = std::move(call.body);
  answer.code = std::move(outcome.facts.code);
  answer.operation = operation_name(service_, call.operation);
  answer.resource = std::move(call.resource);
  answer.request_id = std::move(outcome.facts.request_id);
  answer.began = outcome.began;
  return answer;
}

void ServiceClient::give_up(Call call, Attempt outcome, unsigned attempts) const {
  outcome.facts.operation = operation_name(service_, call.operation);
  outcome.facts.resource = std::move(call.resource);
  outcome.facts.attempts = attempts;
  throw Error(std::move(outcome.facts));
}

void ServiceClient::publish_retry(const Call& call, const Attempt& outcome, unsigned attempt,
                                  runtime::Duration delay) const {
  env_.events.publish(events::kRetry,
                      {service_.name, call.operation, to_string(outcome.error_class),
                       std::string_view(outcome.facts.code), std::int64_t{attempt},
                       std::chrono::duration<double>(delay).count(), std::string_view(outcome.facts.request_id)});
}

void ServiceClient::publish_throttle(const Call& call, const Attempt& outcome) const {
  if (outcome.error_class != ErrorClass::kThrottling) {
    return;
  }
  const std::string_view queue = service_.resource_is_queue ? sqs::queue_name_of(call.resource) : std::string_view();
  const std::string_view table = service_.resource_is_queue ? std::string_view() : std::string_view(call.resource);
  env_.events.publish(events::kThrottled,
                      {service_.name, call.operation, queue, table, std::string_view(outcome.facts.code),
                       std::string_view(outcome.facts.request_id)});
}

base::JsonReader ServiceClient::read(const CallAnswer& answer) {
  const std::optional<base::JsonError> broken = document_.parse(answer.body);
  const base::JsonReader root = document_.root();
  if (!broken && root.kind() == base::JsonKind::kObject) {
    return root;
  }
  refuse(answer, broken ? "the answer is not JSON: " + broken->reason : "the answer is not a JSON object");
}

void ServiceClient::refuse(const CallAnswer& answer, std::string reason, std::string_view code) {
  Error::Facts facts;
  facts.operation = answer.operation;
  facts.resource = answer.resource;
  facts.code = code;
  facts.message = std::move(reason);
  facts.http_status = 200;
  facts.request_id = answer.request_id;
  facts.retryable = classify(facts.http_status, code) != ErrorClass::kFinal || code == codes::kInvalidResponse;
  facts.maybe_answered = true;
  throw Error(std::move(facts));
}

}  // namespace ekiden::aws
