#include <ekiden/aws/call/error.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace ekiden::aws {
namespace {

// The AWS SDKs' list, and the two codes with which KMS throttles an encrypted queue.
constexpr std::array<std::string_view, 16> kThrottlingCodes{"Throttling",
                                                            "ThrottlingException",
                                                            "ThrottledException",
                                                            "RequestThrottledException",
                                                            "RequestThrottled",
                                                            "TooManyRequestsException",
                                                            "ProvisionedThroughputExceededException",
                                                            "TransactionInProgressException",
                                                            "RequestLimitExceeded",
                                                            "BandwidthLimitExceeded",
                                                            "LimitExceededException",
                                                            "SlowDown",
                                                            "PriorRequestNotComplete",
                                                            "EC2ThrottledException",
                                                            "KmsThrottled",
                                                            "KMS.ThrottlingException"};
constexpr std::array<std::string_view, 9> kTransientCodes{
    codes::kDeadlineExceeded, "RequestTimeoutException", "ReplicatedWriteConflictException",
    "InternalServerError",    codes::kConnectionFailed,  codes::kConnectionLost,
    codes::kCorrupted,        "IDPCommunicationError",   codes::kNoEntry};

template <typename List>
bool contains(const List& list, std::string_view code) {
  return std::find(list.begin(), list.end(), code) != list.end();
}

// IAM has no separate actions for batches: Amazon SQS Developer Guide, "Batch actions".
std::string iam_action(std::string_view operation) {
  const std::size_t dot = operation.find('.');
  const std::string_view service = operation.substr(0, dot);
  std::string_view action = dot == std::string_view::npos ? operation : operation.substr(dot + 1);
  if (service == "sqs" && action.ends_with("Batch")) {
    action.remove_suffix(5);
  }
  return std::string(service).append(":").append(action);
}

}  // namespace

// Empty if the message already says what to do, as those of the transport do.
std::string remedy(const Error::Facts& facts) {
  const std::string& code = facts.code;
  if (code == "QueueDoesNotExist") {
    return "create the queue, or check its name, account and region";
  }
  if (code == "ResourceNotFoundException") {
    return "create the table, or check its name and region";
  }
  if (code.starts_with("AccessDenied")) {
    return "allow " + iam_action(facts.operation) + " on it to the role or user of these credentials";
  }
  if (code == "UnrecognizedClientException" || code == "InvalidClientTokenId") {
    return "AWS does not know this access key: check the credentials and the region";
  }
  if (code == "ExpiredToken" || code == "ExpiredTokenException") {
    return "the session token has expired: get new credentials";
  }
  if (code == "InvalidSignatureException" || code == "SignatureDoesNotMatch") {
    const bool clock = facts.message.starts_with("Signature expired") || facts.message.starts_with("Signature not yet");
    return clock ? "set this machine's clock (NTP)" : "check the secret access key and the region";
  }
  if (facts.throttling) {
    return "raise the limit, or lower the concurrency";
  }
  return {};
}

namespace {

std::string one_line(std::string text) {
  std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  return text;
}

std::string describe(const Error::Facts& facts) {
  std::string text = facts.operation;
  if (!facts.resource.empty()) {
    text += " on " + facts.resource;
  }
  text += ": " + facts.code;
  std::string details;
  const auto detail = [&details](const std::string& item) { details += (details.empty() ? "" : ", ") + item; };
  if (facts.http_status != 0) {
    detail("HTTP " + std::to_string(facts.http_status));
  }
  if (facts.attempts > 1) {
    detail(std::to_string(facts.attempts) + " attempts");
  }
  if (!facts.request_id.empty()) {
    detail("request " + facts.request_id);
  }
  if (!details.empty()) {
    text += " (" + details + ")";
  }
  if (!facts.message.empty()) {
    text += ": " + facts.message;
  }
  if (const std::string advice = remedy(facts); !advice.empty()) {
    while (text.ends_with('.')) {
      text.pop_back();  // The advice continues the service's sentence.
    }
    text += "; " + advice;
  }
  return one_line(std::move(text));
}

}  // namespace

std::string_view to_string(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::kTransient:
      return "transient";
    case ErrorClass::kThrottling:
      return "throttling";
    case ErrorClass::kFinal:
      break;
  }
  return "final";
}

ErrorClass classify(int http_status, std::string_view code) {
  if (contains(kThrottlingCodes, code)) {
    return ErrorClass::kThrottling;
  }
  if (contains(kTransientCodes, code)) {
    return ErrorClass::kTransient;
  }
  switch (http_status) {
    case 429:
      return ErrorClass::kThrottling;
    case 500:
    case 502:
    case 503:
    case 504:
      return ErrorClass::kTransient;
    default:
      return ErrorClass::kFinal;
  }
}

bool is_credentials_error(std::string_view code) {
  constexpr std::array<std::string_view, 5> kCodes{"ExpiredToken", "ExpiredTokenException",
                                                   "UnrecognizedClientException", "InvalidClientTokenId",
                                                   codes::kNoCredentials};
  return contains(kCodes, code);
}

Error::Error(Facts facts) : std::runtime_error(describe(facts)), facts_(std::move(facts)) {}

}  // namespace ekiden::aws
