/// ServiceClient: one call to a service of AWS: sign, send, wait, try again. What the clients of SQS, DynamoDB and STS
/// are made of.
#pragma once

#include <ekiden/aws/call/error.hpp>
#include <ekiden/aws/call/lanes.hpp>
#include <ekiden/aws/call/rate_limiter.hpp>
#include <ekiden/aws/call/retry.hpp>
#include <ekiden/aws/call/retry_budget.hpp>
#include <ekiden/aws/config/target.hpp>
#include <ekiden/aws/credentials/credentials.hpp>
#include <ekiden/aws/sign/sigv4.hpp>
#include <ekiden/base/json/reader.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/env.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// Without an answer for so long an attempt is given up: a DynamoDB storage node that fails may cost 5 s before the
/// service itself tries another.
inline constexpr runtime::Duration kAttemptDeadline = std::chrono::seconds(10);

/// What a caller may change about one call.
struct CallOptions {
  unsigned attempts = 0;  ///< The first included; 1: no retry; 0: as Target::retries says, else the service.
  std::optional<runtime::Duration> deadline;  ///< Of each attempt.
};

/// What tells one service from another on the wire. All texts are literals.
struct ServiceSpec {
  std::string_view name;           ///< In operations, and to sign for: "sqs"
  std::string_view target_prefix;  ///< In X-Amz-Target: "AmazonSQS."
  RetryPolicy retries;
  bool resource_is_queue = false;  ///< Else a table: the label of kThrottled.
  bool has_crc32 = false;          ///< Its answers bear their checksum (x-amz-crc32), as DynamoDB's do.
  bool is_query = false;           ///< Speaks AWS Query, a form out and XML back; else AWS JSON 1.0.
};

/// One call. `operation` and `expected` are literals.
struct Call {
  std::string_view operation;  ///< "ReceiveMessage"
  std::string resource;        ///< For errors and events: a queue URL or a table name.
  std::string body;
  CallOptions options{};
  std::string_view expected{};  ///< An error code that is an answer here, not an Error.
  std::string endpoint{};       ///< Where it differs from the client's; then with `region`.
  std::string region{};
  http::Lane lane = lanes::kCalls;
  std::shared_ptr<http::BodyGate> gate{};  ///< For the answer's body; null: none.
  bool is_long_poll = false;               ///< Waits as long where no retry can be paid for any more, and then fails.
};

struct Attempt;

/// What came back.
struct CallAnswer {
  std::string body;
  std::string request;  ///< The body of the call.
  std::string code;     ///< Empty, or the call's expected error code.
  std::string operation;
  std::string resource;
  std::string request_id;
};

/// Not thread-safe; several calls may be under way, which share its RetryBudget and, in adaptive mode, its RateLimiter.
/// The owner keeps it, and what it was given, alive longer than those.
class ServiceClient {
 public:
  ServiceClient(runtime::Env env, http::Transport& transport, std::shared_ptr<CredentialsProvider> credentials,
                ServiceSpec service, std::string endpoint, const Target& target);

  /// Throws Error when the service refuses, or when transient failures and throttles outlast the attempts or the
  /// budget. A cancellation passes as operation_aborted and is never retried.
  ///
  /// Where the clock or the keys were to blame and can be set right (ClockSkew, CredentialsProvider::reject), the call
  /// is sent again at once, once for each, whatever its attempts. Where the provider has no keys: kNoCredentials, which
  /// is not tried again here: providers have patience of their own.
  Task<CallAnswer> call(Call call);

  /// The answer's body, valid until the next read(): take what is needed before waiting for anything.
  /// Throws Error (InvalidResponse) if it is no JSON object.
  base::JsonReader read(const CallAnswer& answer);

  /// Throws Error: the answer is not of the service's shape, or not what was asked for.
  [[noreturn]] static void refuse(const CallAnswer& answer, std::string reason,
                                  std::string_view code = codes::kInvalidResponse);

  const std::string& endpoint() const { return endpoint_; }
  runtime::Env env() const { return env_; }

 private:
  http::HttpRequest make_request(const Call& call, const Credentials& credentials, runtime::WallTime when);
  Task<Attempt> attempt(const Call& call);
  CallAnswer answer(Call call, Attempt outcome) const;
  [[noreturn]] void give_up(Call call, Attempt outcome, unsigned attempts) const;
  void publish_retry(const Call& call, const Attempt& outcome, unsigned attempt, runtime::Duration delay) const;
  struct Mended;
  Task<bool> mend(const Call& call, const Attempt& outcome, Mended& mended);
  bool mend_clock(const Call& call, const Attempt& outcome);
  Task<bool> mend_keys(const Attempt& outcome);
  void publish_throttle(const Call& call, const Attempt& outcome) const;

  runtime::Env env_;
  http::Transport& transport_;
  std::shared_ptr<CredentialsProvider> credentials_;
  ServiceSpec service_;
  std::string endpoint_;
  std::string region_;
  unsigned attempts_;
  RetryBudget budget_;
  std::optional<RateLimiter> limiter_;                 // In adaptive mode.
  std::map<std::string, Sigv4, std::less<>> signers_;  // By region.
  base::JsonDocument document_;
};

/// "sqs.ReceiveMessage"
std::string operation_name(const ServiceSpec& service, std::string_view operation);

}  // namespace ekiden::aws
