/// Target: which system a command talks to.
#pragma once

#include <ekiden/aws/clock_skew.hpp>
#include <ekiden/aws/environment.hpp>
#include <ekiden/aws/retry.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// Where `ekiden local` listens unless told otherwise: the port that developers' set-ups already point at.
inline constexpr std::string_view kLocalEndpoint = "http://127.0.0.1:4566";

/// What the command line says; all of it beats the environment.
struct TargetOptions {
  std::optional<std::string> endpoint;  ///< --endpoint: for both services.
  std::optional<std::string> region;    ///< --region
  bool local = false;                   ///< --local: kLocalEndpoint.
};

/// One service's address.
struct Endpoint {
  std::string url;          ///< Scheme and authority, e.g. "https://sqs.us-east-1.amazonaws.com"; no slash at the end.
  bool configured = false;  ///< Named by flag or variable; otherwise the service's own for the region.
};

/// Nothing here guesses: only --local or EKIDEN_LOCAL=1 means the local server.
struct Target {
  Endpoint sqs;
  Endpoint dynamodb;
  std::string region;
  bool is_local = false;  ///< Both services are on this machine's loopback.
  RetrySettings retries{};
  /// Never null. Copies of a target share it: one clock, one error.
  std::shared_ptr<ClockSkew> clock_skew = std::make_shared<ClockSkew>();

  /// "local http://127.0.0.1:4566" or "AWS ap-northeast-1": every command's first line on standard error.
  std::string describe() const;

  /// In this order: --endpoint; --local or EKIDEN_LOCAL=1; AWS_ENDPOINT_URL_SQS and AWS_ENDPOINT_URL_DYNAMODB;
  /// AWS_ENDPOINT_URL; the region's own endpoints. AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true turns the AWS variables
  /// off. Region: --region, AWS_REGION, AWS_DEFAULT_REGION; for a loopback target then us-east-1. Throws
  /// ConfigurationError if the flags contradict each other, an endpoint is no http(s) URL, or a region is missing.
  /// Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
  static Target resolve(const TargetOptions& options, const Environment& environment);
};

/// 127.0.0.0/8, ::1, localhost and its subdomains (RFC 6761, section 6.3).
bool is_loopback(std::string_view host);

}  // namespace ekiden::aws
