#include "container_endpoint.hpp"

#include <ekiden/base/parse.hpp>
#include <ekiden/http/messages.hpp>

#include "config/truth.hpp"

namespace ekiden::aws::crt {
namespace {

constexpr std::string_view kEcsHost = "169.254.170.2";

}  // namespace

std::optional<ContainerEndpoint> container_endpoint(const Environment& environment) {
  constexpr std::string_view kFull = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
  ContainerEndpoint endpoint;
  if (const auto relative = non_empty(environment, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")) {
    endpoint.host = kEcsHost;
    endpoint.path = *relative;
  } else if (const auto full = non_empty(environment, kFull)) {
    const std::optional<http::Url> url = http::Url::parse(*full);
    if (!url) {
      throw ConfigurationError("no AWS credentials: " + std::string(kFull) +
                               " is not an http:// or https:// URL; correct or unset it");
    }
    endpoint.host = url->host;
    endpoint.path = url->target;
    endpoint.tls = url->scheme == "https";
    endpoint.port = base::parse<std::uint16_t>(url->port).value_or(endpoint.tls ? 443 : 80);
  } else {
    return std::nullopt;
  }
  endpoint.token_file = non_empty(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").value_or("");
  endpoint.token = non_empty(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or("");
  if (endpoint.token.find_first_of("\r\n") != std::string::npos) {
    throw ConfigurationError("no AWS credentials: AWS_CONTAINER_AUTHORIZATION_TOKEN contains a line break; remove it");
  }
  return endpoint;
}

InstanceMetadata instance_metadata(const Environment& environment) {
  InstanceMetadata metadata;
  metadata.endpoint = non_empty(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT").value_or("");
  const std::string mode = non_empty(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE").value_or("");
  metadata.ipv6 = mode == "IPv6" || mode == "ipv6";
  metadata.v1_disabled = is_true(environment, "AWS_EC2_METADATA_V1_DISABLED");
  return metadata;
}

}  // namespace ekiden::aws::crt
