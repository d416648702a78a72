/// ServiceClient: makes calls to one AWS service: sign, send, wait, retry. The clients of SQS, DynamoDB and STS use it.
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

/// How long an attempt waits for a silent service. DynamoDB itself can need 5 s to replace a failed storage node. An
/// attempt whose bytes move has no limit but http::Patience's for a trickle.
inline constexpr http::Patience kPatience{};

/// Options of one call.
struct CallOptions {
  unsigned attempts = 0;  ///< In all; 1: no retry; 0: as in Target::retries, or else the service's policy.
  std::optional<http::Patience> patience{};  ///< Of each attempt; default: kPatience.
  /// The answer hands something out that a second request does not get again, as ReceiveMessage's does. The call is
  /// then not repeated after an attempt that may have been answered: it fails, and Error::Facts::maybe_answered says
  /// so. Attempts that surely were not answered are repeated: no connection, an error status, a throttle.
  bool loses_if_repeated = false;
};

/// How a service looks on the wire. All texts are literals.
struct ServiceSpec {
  std::string_view name;           ///< For operation names and signatures: "sqs"
  std::string_view target_prefix;  ///< In X-Amz-Target: "AmazonSQS."
  RetryPolicy retries;
  bool resource_is_queue = false;  ///< False: it is a table. Chooses the label of kThrottled.
  bool has_crc32 = false;          ///< Answers carry a checksum (x-amz-crc32), as DynamoDB's do.
  bool is_query = false;           ///< The protocol is AWS Query (form in, XML out); else AWS JSON 1.0.
};

/// One call. `operation` and `expected` are literals.
struct Call {
  std::string_view operation;  ///< "ReceiveMessage"
  std::string resource;        ///< For errors and events: a queue URL or a table name.
  std::string body;
  CallOptions options{};
  std::string_view expected{};  ///< An error code to return in CallAnswer::code instead of throwing.
  std::string endpoint{};       ///< Empty: the client's. If set, set `region`, too.
  std::string region{};
  http::Lane lane = lanes::kCalls;
  std::shared_ptr<http::BodyGate> gate{};  ///< For the answer's body; null: no gate.
  bool is_long_poll = false;               ///< Waits for the backoff before it fails for lack of retry budget.
};

struct Attempt;

/// The answer to a call.
struct CallAnswer {
  std::string body;
  std::string request;  ///< The body of the call.
  std::string code;     ///< Empty, or the call's expected error code.
  std::string operation;
  std::string resource;
  std::string request_id;
  std::optional<runtime::TimePoint> began{};  ///< As in http::HttpResponse.
};

/// Makes calls to one service. Several calls can be in flight; they share the RetryBudget and, in adaptive mode, the
/// RateLimiter. Not thread-safe.
///
/// Lifetime: it, and everything that its constructor takes, must outlive its calls.
class ServiceClient {
 public:
  ServiceClient(runtime::Env env, http::Transport& transport, std::shared_ptr<CredentialsProvider> credentials,
                ServiceSpec service, std::string endpoint, const Target& target);

  /// Makes the call. Throws Error when the service rejects it, or when transient failures and throttles use up the
  /// attempts or the budget. Throws operation_aborted when cancelled; a cancelled call is never retried.
  ///
  /// If a wrong clock or rejected keys caused the failure and can be corrected (ClockSkew,
  /// CredentialsProvider::reject), the call is sent again at once: once for each cause, not counted as an attempt.
  ///
  /// Fails with kNoCredentials if the provider has no keys; not retried here, because providers retry internally.
  Task<CallAnswer> call(Call call);

  /// Parses the answer's body. The result is valid until the next read(): copy what you need before you await anything.
  /// Throws Error (InvalidResponse) if the body is not a JSON object.
  base::JsonReader read(const CallAnswer& answer);

  /// Throws Error for an answer that does not have the expected form or content.
  [[noreturn]] static void refuse(const CallAnswer& answer, std::string reason,
                                  std::string_view code = codes::kInvalidResponse);

  const std::string& endpoint() const { return endpoint_; }
  runtime::Env env() const { return env_; }
  /// The wall time of the service as far as it is known: that of this machine, corrected by the ClockSkew.
  runtime::WallTime service_time() const {
    return env_.clock.wall_now() +
           std::chrono::duration_cast<runtime::WallTime::duration>(credentials_->clock_skew().offset());
  }

 private:
  http::HttpRequest make_request(const Call& call, const Credentials& credentials, runtime::WallTime when);
  Task<Attempt> attempt(const Call& call);
  CallAnswer answer(Call call, Attempt outcome) const;
  [[noreturn]] void give_up(Call call, Attempt outcome, unsigned attempts) const;
  void publish_retry(const Call& call, const Attempt& outcome, unsigned attempt, runtime::Duration delay) const;
  struct Corrected;
  Task<bool> correct(const Call& call, const Attempt& outcome, Corrected& corrected);
  bool correct_clock(const Call& call, const Attempt& outcome);
  Task<bool> correct_keys(const Attempt& outcome);
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
