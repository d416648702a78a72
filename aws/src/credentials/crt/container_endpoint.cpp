#include "container_endpoint.hpp"

#include <ekiden/base/parse.hpp>
#include <ekiden/http/messages.hpp>

#include "config/printable.hpp"
#include "config/truth.hpp"

namespace ekiden::aws::crt {
namespace {

constexpr std::string_view kEcsHost = "169.254.170.2";
constexpr std::string_view kNone = "no AWS credentials: ";

http::Url url_of(const std::string& text, const std::string& source) {
  require_printable(text, source);
  std::optional<http::Url> url = http::Url::parse(text);
  if (!url) {
    throw ConfigurationError(source + " is not an http:// or https:// URL; correct or unset it");
  }
  return std::move(*url);
}

}  // namespace

std::optional<ContainerEndpoint> container_endpoint(const Environment& environment) {
  constexpr std::string_view kFull = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
  constexpr std::string_view kRelative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
  constexpr std::string_view kToken = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
  ContainerEndpoint endpoint;
  if (const auto relative = non_empty(environment, kRelative)) {
    const std::string source = std::string(kNone).append(kRelative);
    require_printable(*relative, source);
    if (!relative->starts_with('/')) {
      throw ConfigurationError(source + " does not start with '/'; correct or unset it");
    }
    endpoint.host = kEcsHost;
    endpoint.path = *relative;
  } else if (const auto full = non_empty(environment, kFull)) {
    const http::Url url = url_of(*full, std::string(kNone).append(kFull));
    endpoint.host = url.host;
    endpoint.path = url.target;
    endpoint.tls = url.scheme == "https";
    endpoint.port = base::parse<std::uint16_t>(url.port).value_or(endpoint.tls ? 443 : 80);
  } else {
    return std::nullopt;
  }
  endpoint.token_file = non_empty(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").value_or("");
  endpoint.token = non_empty(environment, kToken).value_or("");
  require_printable(endpoint.token, std::string(kNone).append(kToken), Spaces::kAllowed);
  return endpoint;
}

InstanceMetadata instance_metadata(const Environment& environment) {
  InstanceMetadata metadata;
  constexpr const char* kEndpoint = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
  metadata.endpoint = non_empty(environment, kEndpoint).value_or("");
  if (!metadata.endpoint.empty()) {
    url_of(metadata.endpoint, kEndpoint);
  }
  const std::string mode = non_empty(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").value_or("");
  metadata.ipv6 = mode == "IPv6" || mode == "ipv6";
  metadata.v1_disabled = is_true(environment, "AWS_EC2_METADATA_V1_DISABLED");
  return metadata;
}

}  // namespace ekiden::aws::crt
