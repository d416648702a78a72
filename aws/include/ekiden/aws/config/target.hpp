/// Target: which system a command talks to.
#pragma once

#include <ekiden/aws/config/endpoint.hpp>
#include <ekiden/aws/config/profile.hpp>
#include <ekiden/aws/config/retry_settings.hpp>
#include <ekiden/aws/environment.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// The default address of `ekiden local`. 4566 is the port that other local AWS servers use.
inline constexpr std::string_view kLocalEndpoint = "http://127.0.0.1:4566";

/// Settings from the command line. Each takes precedence over the environment.
struct TargetOptions {
  std::optional<std::string> endpoint;  ///< --endpoint: for both services.
  std::optional<std::string> region;    ///< --region
  bool local = false;                   ///< --local: kLocalEndpoint.
  /// Under which names an error mentions these settings. They differ if the user set them otherwise: EKIDEN_ENDPOINT.
  std::string endpoint_name = "--endpoint";
  std::string region_name = "--region";
  std::string local_name = "--local";
};

/// The configuration of the services to talk to; a value without live state. Only --local or EKIDEN_LOCAL=1 selects the
/// local server; it is never chosen by a guess.
struct Target {
  Endpoint sqs;
  Endpoint dynamodb;
  std::string region;
  bool is_local = false;      ///< Both services are on this machine's loopback.
  EndpointVariant variant{};  ///< Of the endpoints that the user did not set.
  RetrySettings retries{};
  Endpoint sts{};           ///< Empty if STS must not be called.
  std::string ca_bundle{};  ///< A PEM file of trusted authorities; empty: the system's.

  /// "local http://127.0.0.1:4566" or "AWS ap-northeast-1": the first line of every command on standard error.
  std::string describe() const;

  /// Returns the region of this machine; empty if it has none. Called only if no other source names a region.
  using RegionLookup = std::function<std::optional<std::string>()>;

  /// Finds each setting in the first source that has it:
  ///
  /// - Endpoints: --endpoint; --local or EKIDEN_LOCAL=1; AWS_ENDPOINT_URL_SQS and AWS_ENDPOINT_URL_DYNAMODB;
  ///   AWS_ENDPOINT_URL; the profile's `services` section; its endpoint_url; AWS's own endpoint of the region. The own
  ///   endpoint is FIPS or dual-stack if AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT or the profile say so.
  ///   AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true ignores the AWS_ENDPOINT_URL variables and the profile's URLs.
  /// - Endpoint of STS: AWS_ENDPOINT_URL_STS, or else AWS's own. AWS_ENDPOINT_URL is ignored, because a common endpoint
  ///   is rarely meant for STS.
  /// - Region: --region, AWS_REGION, AWS_DEFAULT_REGION, the profile, us-east-1 for a loopback target, `lookup`.
  /// - Retries: AWS_MAX_ATTEMPTS and AWS_RETRY_MODE, the profile.
  /// - Trusted certificates: AWS_CA_BUNDLE, the profile.
  ///
  /// Throws ConfigurationError if flags contradict each other, an endpoint is not an http(s) URL, a value is not
  /// allowed, or there is no region.
  /// Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints", "AWS Region", "Retry behavior".
  static Target resolve(const TargetOptions& options, const Environment& environment, const Profile& profile = {},
                        const RegionLookup& lookup = {});

  /// True if flags and variables alone set loopback endpoints for both services. No profile is read then.
  static bool is_local_by_itself(const TargetOptions& options, const Environment& environment);
};

/// 127.0.0.0/8, ::1, localhost and its subdomains (RFC 6761, section 6.3).
bool is_loopback(std::string_view host);

}  // namespace ekiden::aws
