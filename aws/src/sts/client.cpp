#include <ekiden/aws/sts/client.hpp>
#include <ekiden/http/date.hpp>
#include <ekiden/runtime/deadline.hpp>

#include <array>
#include <utility>

namespace ekiden::sts {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kOperation = "sts.GetCallerIdentity";
constexpr std::string_view kBody = "Action=GetCallerIdentity&Version=2011-06-15";
constexpr aws::RetryPolicy kRetries{};
/// AWS refuses what is 5 minutes off; the SDKs correct from 4 on.
constexpr runtime::Duration kOffsetMin = 4min;

std::string unescaped(std::string text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}}};
  for (const auto& [entity, character] : kEntities) {  // &amp; last: what it makes is no entity.
    for (std::size_t at = text.find(entity); at != std::string::npos; at = text.find(entity, at + 1)) {
      text.replace(at, entity.size(), 1, character);
    }
  }
  return text;
}

/// The text of the first element of that name; STS's answer has each once, without attributes. Empty if there is none.
std::string element(std::string_view xml, std::string_view name) {
  const std::string open = "<" + std::string(name) + ">";
  const std::size_t begin = xml.find(open);
  if (begin == std::string_view::npos) {
    return {};
  }
  const std::string_view rest = xml.substr(begin + open.size());
  const std::size_t end = rest.find("</" + std::string(name) + ">");
  return end == std::string_view::npos ? std::string() : unescaped(std::string(rest.substr(0, end)));
}

std::string_view code_of(http::TransportError::Kind kind) {
  switch (kind) {
    case http::TransportError::Kind::kConnect:
      return aws::codes::kConnectionFailed;
    case http::TransportError::Kind::kTls:
      return aws::codes::kUntrusted;
    case http::TransportError::Kind::kReset:
      return aws::codes::kConnectionLost;
    case http::TransportError::Kind::kProtocol:
      break;
  }
  return aws::codes::kInvalidResponse;
}

}  // namespace

aws::Endpoint endpoint(const std::string& region, aws::EndpointVariant variant, const aws::Environment& environment) {
  constexpr std::string_view kVariable = "AWS_ENDPOINT_URL_STS";
  const std::optional<std::string> configured = aws::non_empty(environment, kVariable);
  const std::string ignored = aws::non_empty(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").value_or("");
  if (configured && ignored != "true" && ignored != "1") {
    const std::optional<http::Url> url = http::Url::parse(*configured);
    if (!url || url->target != "/") {
      throw aws::ConfigurationError(std::string(kVariable) + " is '" + *configured +
                                    "': an endpoint is http:// or https://, a host and perhaps a port");
    }
    return {url->scheme + "://" + url->authority(), true};
  }
  return aws::own_endpoint("sts", region, variant);
}

/// How one request ended: with the answer, or with what was wrong.
struct Client::Attempt {
  bool ok = false;
  std::string body;
  aws::Error::Facts facts;
  aws::ErrorClass error_class = aws::ErrorClass::kFinal;

  void fail(std::string_view code, std::string message) {
    facts.code = code;
    facts.message = std::move(message);
    error_class = aws::classify(facts.http_status, code);
    facts.retryable = error_class != aws::ErrorClass::kFinal;
    facts.throttling = error_class == aws::ErrorClass::kThrottling;
  }

  void take(const http::HttpResponse& response) {
    facts.http_status = response.status;
    facts.request_id = element(response.body, "RequestId");
    ok = response.status >= 200 && response.status < 300;
    body = response.body;
    if (!ok) {
      const std::string code = element(body, "Code");
      fail(code.empty() ? aws::codes::kUnexpectedStatus : code, element(body, "Message"));
    } else if (element(body, "Arn").empty()) {
      ok = false;
      fail(aws::codes::kInvalidResponse, "the answer names no identity");
    }
  }
};

Client::Client(runtime::Env env, http::Transport& transport, std::shared_ptr<aws::CredentialsProvider> credentials,
               std::string endpoint, std::string region)
    : env_(env),
      transport_(transport),
      credentials_(std::move(credentials)),
      endpoint_(std::move(endpoint)),
      signer_(std::move(region), "sts") {}

http::HttpRequest Client::make_request(const aws::Credentials& credentials) {
  http::HttpRequest request;
  request.url = endpoint_ + "/";
  request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  request.body = kBody;
  signer_.sign(request, credentials, env_.clock.wall_now() + offset_);
  return request;
}

void Client::learn_time(const http::HttpResponse& response) {
  const auto date = http::parse_date(response.headers.find("Date").value_or(""));
  if (date) {
    const runtime::Duration offset = *date - env_.clock.wall_now();
    offset_ = offset > -kOffsetMin && offset < kOffsetMin ? 0s : offset;
  }
}

Task<Client::Attempt> Client::attempt(aws::CallOptions options) {
  const std::shared_ptr<const aws::Credentials> credentials = co_await credentials_->get();
  const runtime::TimePoint deadline = env_.clock.now() + options.deadline.value_or(aws::kAttemptDeadline);
  Attempt attempt;
  try {
    Task<http::HttpResponse> sending = transport_.send(make_request(*credentials));
    const std::optional<http::HttpResponse> response =
        co_await runtime::with_deadline<http::HttpResponse>(env_.clock, deadline, std::move(sending));
    if (response) {
      attempt.take(*response);
      learn_time(*response);
    } else {
      attempt.fail(aws::codes::kDeadlineExceeded, "no answer within the deadline");
    }
  } catch (const http::TransportError& error) {
    attempt.fail(code_of(error.kind()), error.what());
  }
  co_return attempt;
}

Task<CallerIdentity> Client::get_caller_identity(aws::CallOptions options) {
  const unsigned attempts = options.attempts != 0 ? options.attempts : kRetries.attempts;
  bool corrected = false;
  for (unsigned number = 1;;) {
    const runtime::Duration offset_before = offset_;
    Attempt made = co_await attempt(options);
    if (made.ok) {
      co_return CallerIdentity{element(made.body, "Account"), element(made.body, "Arn"), element(made.body, "UserId")};
    }
    if (offset_ != offset_before && !std::exchange(corrected, true)) {
      continue;  // What was wrong is our clock; the same request with STS's time is no repetition.
    }
    if (made.error_class == aws::ErrorClass::kFinal || number >= attempts) {
      made.facts.operation = kOperation;
      made.facts.attempts = number;
      throw aws::Error(std::move(made.facts));
    }
    co_await env_.clock.sleep_for(kRetries.delay(made.error_class, number - 1, env_.random.uniform()));
    ++number;
  }
}

}  // namespace ekiden::sts
