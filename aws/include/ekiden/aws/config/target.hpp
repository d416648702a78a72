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

/// Where `ekiden local` listens unless told otherwise: the port that developers' set-ups already point at.
inline constexpr std::string_view kLocalEndpoint = "http://127.0.0.1:4566";

/// What the command line says; all of it beats the environment.
struct TargetOptions {
  std::optional<std::string> endpoint;  ///< --endpoint: for both services.
  std::optional<std::string> region;    ///< --region
  bool local = false;                   ///< --local: kLocalEndpoint.
};

/// A value: configuration, and no live state. Nothing here guesses: only --local or EKIDEN_LOCAL=1 means the local
/// server.
struct Target {
  Endpoint sqs;
  Endpoint dynamodb;
  std::string region;
  bool is_local = false;      ///< Both services are on this machine's loopback.
  EndpointVariant variant{};  ///< Of the endpoints that are not configured.
  RetrySettings retries{};
  Endpoint sts{};           ///< Empty where nobody may be asked.
  std::string ca_bundle{};  ///< A PEM file of the authorities to trust; empty: the system's.

  /// "local http://127.0.0.1:4566" or "AWS ap-northeast-1": every command's first line on standard error.
  std::string describe() const;

  /// The region of the machine that this runs on, where nothing else names one; nothing: it has none.
  using RegionLookup = std::function<std::optional<std::string>()>;

  /// Endpoints, in this order: --endpoint; --local or EKIDEN_LOCAL=1; AWS_ENDPOINT_URL_SQS and
  /// AWS_ENDPOINT_URL_DYNAMODB; AWS_ENDPOINT_URL; the profile's `services` section; its endpoint_url; the region's own,
  /// FIPS or dual-stack ones where AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT or the profile ask for them.
  /// AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true turns the configured ones of AWS off.
  /// That of STS: AWS_ENDPOINT_URL_STS alone, else the region's own: an endpoint for all is seldom meant for STS.
  /// Region: --region, AWS_REGION, AWS_DEFAULT_REGION, the profile, for a loopback target us-east-1, else `lookup`.
  /// Retries: AWS_MAX_ATTEMPTS and AWS_RETRY_MODE, else the profile. Trust: AWS_CA_BUNDLE, else the profile.
  ///
  /// Throws ConfigurationError if the flags contradict each other, an endpoint is no http(s) URL, a value is none of
  /// those that it can be, or a region is missing.
  /// Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints", "AWS Region", "Retry behavior".
  static Target resolve(const TargetOptions& options, const Environment& environment, const Profile& profile = {},
                        const RegionLookup& lookup = {});

  /// Flags and variables alone name this machine's loopback for both services: no profile is asked then.
  static bool is_local_by_itself(const TargetOptions& options, const Environment& environment);
};

/// 127.0.0.0/8, ::1, localhost and its subdomains (RFC 6761, section 6.3).
bool is_loopback(std::string_view host);

}  // namespace ekiden::aws
