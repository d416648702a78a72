#include <ekiden/aws/client.hpp>
#include <ekiden/aws/events.hpp>
#include <ekiden/runtime/deadline.hpp>

#include <charconv>
#include <utility>

namespace ekiden::aws {
namespace {

constexpr std::size_t kDocumentReserve = 32 * 1024;  // Ten messages of a kilobyte.
constexpr std::size_t kSignersMax = 32;

// "com.amazonaws.sqs#QueueDoesNotExist", or from a header "QueueDoesNotExist:http://..." .
std::string_view bare_code(std::string_view type) {
  type = type.substr(type.rfind('#') + 1);
  return type.substr(0, type.find(':'));
}

std::string_view code_of(http::TransportError::Kind kind) {
  switch (kind) {
    case http::TransportError::Kind::kConnect:
      return codes::kConnectionFailed;
    case http::TransportError::Kind::kTls:
      return codes::kUntrusted;
    case http::TransportError::Kind::kReset:
      return codes::kConnectionLost;
    case http::TransportError::Kind::kProtocol:
      break;
  }
  return codes::kInvalidResponse;
}

std::optional<runtime::Duration> retry_after(const http::HttpResponse& response) {
  const std::optional<std::string_view> text = response.headers.find("x-amz-retry-after");
  long milliseconds = 0;
  constexpr long kMillisecondsMax = 86'400'000;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), milliseconds).ec != std::errc() ||
      milliseconds < 0 || milliseconds > kMillisecondsMax) {
    return std::nullopt;
  }
  return std::chrono::milliseconds(milliseconds);
}

std::string_view last_segment(std::string_view url) { return url.substr(url.rfind('/') + 1); }

}  // namespace

// How one attempt ended: an answer, or an error with what its successor needs to know.
struct Client::Outcome {
  bool ok = false;
  std::string body;
  Error::Facts facts;
  ErrorClass error_class = ErrorClass::kFinal;
  std::optional<runtime::Duration> retry_after;

  void fail(std::string_view code, std::string message) {
    facts.code = code;
    facts.message = std::move(message);
    error_class = classify(facts.http_status, facts.code);
    facts.retryable = error_class != ErrorClass::kFinal;
    facts.throttling = error_class == ErrorClass::kThrottling;
  }

  void take(http::HttpResponse response, JsonDocument& document) {
    facts.http_status = response.status;
    facts.request_id = response.headers.find("x-amzn-requestid").value_or("");
    body = std::move(response.body);
    ok = response.status >= 200 && response.status < 300;
    if (ok) {
      return;
    }
    retry_after = aws::retry_after(response);
    const bool is_json = !document.parse(body);
    const JsonReader error = document.root();
    std::string_view type = is_json ? error.text("__type") : std::string_view();
    if (type.empty()) {
      type = response.headers.find("x-amzn-errortype").value_or("");
    }
    // A balancer or a proxy that answers in the service's place speaks HTML.
    const std::string_view code = type.empty() ? codes::kUnexpectedStatus : bare_code(type);
    const std::string_view message = error.text("message").empty() ? error.text("Message") : error.text("message");
    fail(code, std::string(message));
  }
};

std::string operation_name(const Service& service, std::string_view operation) {
  return std::string(service.name).append(".").append(operation);
}

Client::Client(runtime::Env env, http::Transport& transport, std::shared_ptr<CredentialsProvider> credentials,
               Service service, std::string endpoint, std::string region)
    : env_(env),
      transport_(transport),
      credentials_(std::move(credentials)),
      service_(service),
      endpoint_(std::move(endpoint)),
      region_(std::move(region)),
      document_(kDocumentReserve) {}

http::HttpRequest Client::make_request(const Call& call, const Credentials& credentials) {
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
  request.headers.add("Content-Type", "application/x-amz-json-1.0");
  request.headers.add("X-Amz-Target", std::string(service_.target_prefix).append(call.operation));
  request.body = call.body;
  request.lane = call.lane;
  signer->second.sign(request, credentials, env_.clock.wall_now());
  return request;
}

Task<Client::Outcome> Client::attempt(const Call& call) {
  const std::shared_ptr<const Credentials> credentials = co_await credentials_->get();
  const runtime::TimePoint deadline = env_.clock.now() + call.options.deadline.value_or(kAttemptDeadline);
  Outcome outcome;
  try {
    Task<http::HttpResponse> sending = transport_.send(make_request(call, *credentials));
    std::optional<http::HttpResponse> response =
        co_await runtime::with_deadline<http::HttpResponse>(env_.clock, deadline, std::move(sending));
    if (response) {
      outcome.take(std::move(*response), document_);
    } else {
      outcome.fail(codes::kDeadlineExceeded, "no answer within the deadline");
    }
  } catch (const http::TransportError& error) {
    outcome.fail(code_of(error.kind()), error.what());
  }
  co_return outcome;
}

Task<Answer> Client::call(Call call) {
  const unsigned attempts = call.options.attempts != 0 ? call.options.attempts : service_.retries.attempts;
  for (unsigned number = 1;; ++number) {
    Outcome outcome = co_await attempt(call);
    const bool expected = !outcome.ok && !call.expected.empty() && outcome.facts.code == call.expected;
    if (outcome.ok || expected) {
      Answer answer;
      answer.body = std::move(outcome.body);
      answer.request = std::move(call.body);
      answer.code = std::move(outcome.facts.code);
      answer.operation = operation_name(service_, call.operation);
      answer.resource = std::move(call.resource);
      answer.request_id = std::move(outcome.facts.request_id);
      co_return answer;
    }
    publish_throttle(call, outcome);
    if (outcome.error_class == ErrorClass::kFinal || number >= attempts) {
      outcome.facts.operation = operation_name(service_, call.operation);
      outcome.facts.resource = std::move(call.resource);
      outcome.facts.attempts = number;
      throw Error(std::move(outcome.facts));
    }
    const runtime::Duration delay = prepare_retry(call, outcome, number);
    co_await env_.clock.sleep_for(delay);
  }
}

runtime::Duration Client::prepare_retry(const Call& call, const Outcome& outcome, unsigned attempt) {
  const runtime::Duration delay =
      service_.retries.delay(outcome.error_class, attempt - 1, env_.random.uniform(), outcome.retry_after);
  env_.events.publish(events::kRetry,
                      {service_.name, call.operation, to_string(outcome.error_class),
                       std::string_view(outcome.facts.code), std::int64_t{attempt},
                       std::chrono::duration<double>(delay).count(), std::string_view(outcome.facts.request_id)});
  return delay;
}

void Client::publish_throttle(const Call& call, const Outcome& outcome) const {
  if (outcome.error_class != ErrorClass::kThrottling) {
    return;
  }
  const std::string_view queue = service_.resource_is_queue ? last_segment(call.resource) : std::string_view();
  const std::string_view table = service_.resource_is_queue ? std::string_view() : std::string_view(call.resource);
  env_.events.publish(events::kThrottled,
                      {service_.name, call.operation, queue, table, std::string_view(outcome.facts.code),
                       std::string_view(outcome.facts.request_id)});
}

JsonReader Client::read(const Answer& answer) {
  const std::optional<JsonError> broken = document_.parse(answer.body);
  const JsonReader root = document_.root();
  if (!broken && root.kind() == JsonKind::kObject) {
    return root;
  }
  refuse(answer, broken ? "the answer is no JSON: " + broken->reason : "the answer is no JSON object");
}

void Client::refuse(const Answer& answer, std::string reason) {
  Error::Facts facts;
  facts.operation = answer.operation;
  facts.resource = answer.resource;
  facts.code = codes::kInvalidResponse;
  facts.message = std::move(reason);
  facts.http_status = 200;
  facts.request_id = answer.request_id;
  throw Error(std::move(facts));
}

}  // namespace ekiden::aws
