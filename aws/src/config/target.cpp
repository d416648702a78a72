#include <ekiden/aws/config/region_error.hpp>
#include <ekiden/aws/config/target.hpp>
#include <ekiden/base/ascii.hpp>
#include <ekiden/base/parse.hpp>
#include <ekiden/http/messages.hpp>

#include "printable.hpp"
#include "truth.hpp"

namespace ekiden::aws {
namespace {

// Scheme and authority only: a path would have to be signed, and neither service uses one.
Endpoint configured_endpoint(const std::string& url, std::string_view source) {
  const std::optional<http::Url> parsed = http::Url::parse(url);
  if (!parsed || parsed->target != "/") {
    throw ConfigurationError(std::string(source) + " is " + shown(url) +
                             ", which is not an endpoint: use http:// or https://, a host and optionally a port, for "
                             "example " +
                             std::string(kLocalEndpoint));
  }
  return Endpoint{parsed->scheme + "://" + parsed->authority(), true};
}

struct Configured {
  std::optional<Endpoint> sqs;
  std::optional<Endpoint> dynamodb;
};

// The value of a variable, or else of a profile key, and the name that an error gives to its source.
struct Setting {
  std::string text;
  std::string source;
};

std::optional<Setting> setting(const Environment& environment, std::string_view variable, const Profile& profile,
                               std::string_view key) {
  if (std::optional<std::string> text = non_empty(environment, variable)) {
    return Setting{std::move(*text), std::string(variable)};
  }
  if (std::optional<std::string> text = profile.get(key)) {
    return Setting{std::move(*text), std::string(key) + " of profile '" + profile.name() + "'"};
  }
  return std::nullopt;
}

bool is_set(const Environment& environment, std::string_view variable, const Profile& profile, std::string_view key) {
  const std::optional<Setting> found = setting(environment, variable, profile, key);
  return found && is_true_text(found->text, found->source);
}

bool ignores_configured(const Environment& environment, const Profile& profile) {
  return is_set(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", profile, "ignore_configured_endpoint_urls");
}

std::optional<Endpoint> configured_endpoint(const Environment& environment, const Profile& profile,
                                            std::string_view variable, std::string_view service) {
  for (const std::string_view name : {variable, std::string_view("AWS_ENDPOINT_URL")}) {
    if (const std::optional<std::string> url = non_empty(environment, name)) {
      return configured_endpoint(*url, name);
    }
  }
  if (const std::optional<std::string> url = profile.endpoint_url(service)) {
    return configured_endpoint(*url, "endpoint_url of profile '" + profile.name() + "'");
  }
  return std::nullopt;
}

Configured configured_endpoints(const TargetOptions& options, const Environment& environment, const Profile& profile) {
  if (options.endpoint && options.local) {
    throw ConfigurationError(options.local_name + " cannot be combined with " + options.endpoint_name + " " +
                             *options.endpoint + "; use one of them (--local means --endpoint " +
                             std::string(kLocalEndpoint) + ")");
  }
  if (options.endpoint) {
    const Endpoint endpoint = configured_endpoint(*options.endpoint, options.endpoint_name);
    return {endpoint, endpoint};
  }
  if (options.local || is_true(environment, "EKIDEN_LOCAL")) {
    const Endpoint endpoint{std::string(kLocalEndpoint), true};
    return {endpoint, endpoint};
  }
  if (ignores_configured(environment, profile)) {
    return {};
  }
  return {configured_endpoint(environment, profile, "AWS_ENDPOINT_URL_SQS", "sqs"),
          configured_endpoint(environment, profile, "AWS_ENDPOINT_URL_DYNAMODB", "dynamodb")};
}

std::optional<Endpoint> configured_sts(const Environment& environment, const Profile& profile) {
  constexpr std::string_view kVariable = "AWS_ENDPOINT_URL_STS";
  const std::optional<std::string> url = non_empty(environment, kVariable);
  if (!url || ignores_configured(environment, profile)) {
    return std::nullopt;
  }
  return configured_endpoint(*url, kVariable);
}

bool is_loopback_url(const std::optional<Endpoint>& endpoint) {
  return endpoint && is_loopback(http::Url::parse(endpoint->url)->host);
}

std::string checked_region(Setting region) {
  if (!is_region(region.text)) {
    throw RegionError(region.source + " is " + shown(region.text) + ", which is not an AWS region",
                      "set a region such as us-east-1");
  }
  return std::move(region.text);
}

RetrySettings retries_of(const Environment& environment, const Profile& profile) {
  constexpr unsigned kAttemptsMax = 100;
  RetrySettings retries;
  if (const auto attempts = setting(environment, "AWS_MAX_ATTEMPTS", profile, "max_attempts")) {
    const std::optional<unsigned> number = base::parse<unsigned>(attempts->text);
    if (!number || *number < 1 || *number > kAttemptsMax) {
      throw ConfigurationError(attempts->source + " is " + shown(attempts->text) +
                               ": set a whole number from 1 (no retry) to 100");
    }
    retries.attempts = number;
  }
  if (const auto mode = setting(environment, "AWS_RETRY_MODE", profile, "retry_mode")) {
    const std::string name = base::lower_case(mode->text);
    if (name == "adaptive") {
      retries.mode = RetryMode::kAdaptive;
    } else if (name != "standard" && name != "legacy") {
      throw ConfigurationError(mode->source + " is " + shown(mode->text) + ": set standard, adaptive or legacy");
    }
  }
  return retries;
}

// Empty if no source names a region.
std::optional<Setting> find_region(const TargetOptions& options, const Environment& environment, const Profile& profile,
                                   bool is_local, const Target::RegionLookup& lookup) {
  if (options.region) {
    return Setting{*options.region, options.region_name};
  }
  if (std::optional<std::string> region = non_empty(environment, "AWS_REGION")) {
    return Setting{std::move(*region), "AWS_REGION"};
  }
  if (std::optional<Setting> region = setting(environment, "AWS_DEFAULT_REGION", profile, "region")) {
    return region;
  }
  if (is_local) {
    return Setting{"us-east-1", {}};
  }
  std::optional<std::string> region = lookup ? lookup() : std::nullopt;
  return region ? std::optional(Setting{std::move(*region), "the region of this instance's metadata"}) : std::nullopt;
}

}  // namespace

bool is_loopback(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost") || host == "::1" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

bool Target::is_local_by_itself(const TargetOptions& options, const Environment& environment) {
  const Configured configured = configured_endpoints(options, environment, {});
  return is_loopback_url(configured.sqs) && is_loopback_url(configured.dynamodb);
}

Target Target::resolve(const TargetOptions& options, const Environment& environment, const Profile& profile,
                       const RegionLookup& lookup) {
  const Configured configured = configured_endpoints(options, environment, profile);
  Target target;
  target.is_local = is_loopback_url(configured.sqs) && is_loopback_url(configured.dynamodb);
  std::optional<Setting> region = find_region(options, environment, profile, target.is_local, lookup);
  if (!region) {
    throw RegionError("no AWS region is configured", "set --region or AWS_REGION, or use --local for the local server");
  }
  target.region = checked_region(std::move(*region));
  target.variant.fips = is_set(environment, "AWS_USE_FIPS_ENDPOINT", profile, "use_fips_endpoint");
  target.variant.dual_stack = is_set(environment, "AWS_USE_DUALSTACK_ENDPOINT", profile, "use_dualstack_endpoint");
  target.sqs = configured.sqs.value_or(own_endpoint("sqs", target.region, target.variant));
  target.dynamodb = configured.dynamodb.value_or(own_endpoint("dynamodb", target.region, target.variant));
  target.sts = configured_sts(environment, profile).value_or(own_endpoint("sts", target.region, target.variant));
  target.retries = retries_of(environment, profile);
  if (const auto bundle = setting(environment, "AWS_CA_BUNDLE", profile, "ca_bundle")) {
    target.ca_bundle = bundle->text;
  }
  return target;
}

std::string Target::describe() const {
  if (!sqs.configured && !dynamodb.configured) {
    return "AWS " + region;
  }
  if (sqs.url == dynamodb.url) {
    return is_local ? "local " + sqs.url : sqs.url + " (" + region + ")";
  }
  const std::string both = "SQS " + sqs.url + ", DynamoDB " + dynamodb.url;
  return is_local ? "local " + both : both + " (" + region + ")";
}

}  // namespace ekiden::aws
