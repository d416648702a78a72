#include <ekiden/aws/target.hpp>
#include <ekiden/http/messages.hpp>

namespace ekiden::aws {
namespace {

bool is_true(const Environment& environment, std::string_view name) {
  const std::optional<std::string> value = non_empty(environment, name);
  if (!value || *value == "0" || *value == "false") {
    return false;
  }
  if (*value == "1" || *value == "true") {
    return true;
  }
  throw ConfigurationError(std::string(name) + "=" + *value + " is neither 1, true, 0 nor false");
}

// Scheme and authority; a path would have to be signed and is no use to either service.
Endpoint configured_endpoint(const std::string& url, std::string_view source) {
  const std::optional<http::Url> parsed = http::Url::parse(url);
  if (!parsed || parsed->target != "/") {
    throw ConfigurationError(std::string(source) + " is '" + url +
                             "': an endpoint is http:// or https://, a host and perhaps a port, e.g. " +
                             std::string(kLocalEndpoint));
  }
  return Endpoint{parsed->scheme + "://" + parsed->authority(), true};
}

Endpoint own_endpoint(std::string_view service, const std::string& region) {
  const std::string_view suffix = region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
  return Endpoint{std::string("https://").append(service).append(".").append(region).append(suffix), false};
}

struct Configured {
  std::optional<Endpoint> sqs;
  std::optional<Endpoint> dynamodb;
};

Configured configured_endpoints(const TargetOptions& options, const Environment& environment) {
  if (options.endpoint && options.local) {
    throw ConfigurationError("--endpoint and --local exclude each other: --local means --endpoint " +
                             std::string(kLocalEndpoint));
  }
  if (options.endpoint) {
    const Endpoint endpoint = configured_endpoint(*options.endpoint, "--endpoint");
    return {endpoint, endpoint};
  }
  if (options.local || is_true(environment, "EKIDEN_LOCAL")) {
    const Endpoint endpoint{std::string(kLocalEndpoint), true};
    return {endpoint, endpoint};
  }
  if (is_true(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) {
    return {};
  }
  const auto from_variable = [&environment](std::string_view name) -> std::optional<Endpoint> {
    const std::optional<std::string> own = non_empty(environment, name);
    if (own) {
      return configured_endpoint(*own, name);
    }
    const std::optional<std::string> common = non_empty(environment, "AWS_ENDPOINT_URL");
    if (common) {
      return configured_endpoint(*common, "AWS_ENDPOINT_URL");
    }
    return std::nullopt;
  };
  return {from_variable("AWS_ENDPOINT_URL_SQS"), from_variable("AWS_ENDPOINT_URL_DYNAMODB")};
}

bool is_loopback_url(const std::optional<Endpoint>& endpoint) {
  return endpoint && is_loopback(http::Url::parse(endpoint->url)->host);
}

// It becomes part of a host name.
std::string checked_region(std::string region) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
  if (region.find_first_not_of(kAllowed) != std::string::npos) {
    throw ConfigurationError("'" + region + "' is no region: one looks like us-east-1");
  }
  return region;
}

}  // namespace

bool is_loopback(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost") || host == "::1" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

Target Target::resolve(const TargetOptions& options, const Environment& environment) {
  const Configured configured = configured_endpoints(options, environment);
  Target target;
  target.is_local = is_loopback_url(configured.sqs) && is_loopback_url(configured.dynamodb);

  std::optional<std::string> region = options.region;
  for (const std::string_view name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    region = region ? region : non_empty(environment, name);
  }
  if (!region && target.is_local) {
    region = "us-east-1";
  }
  if (!region) {
    throw ConfigurationError("no AWS region: set AWS_REGION or --region, or --local for the local server");
  }
  target.region = checked_region(std::move(*region));
  target.sqs = configured.sqs.value_or(own_endpoint("sqs", target.region));
  target.dynamodb = configured.dynamodb.value_or(own_endpoint("dynamodb", target.region));
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
