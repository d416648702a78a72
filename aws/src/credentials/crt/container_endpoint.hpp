/// What the environment says of the machine's own lenders of credentials.
#pragma once

#include <ekiden/aws/environment.hpp>

#include <optional>

#include "providers.hpp"

namespace ekiden::aws::crt {

/// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, else _FULL_URI, with the token of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE or
/// AWS_CONTAINER_AUTHORIZATION_TOKEN. Nothing where neither is set. Throws ConfigurationError where it is no URL. That
/// plain http goes only to loopback and to the addresses of ECS and EKS is the library's to check, once it has resolved
/// the name.
std::optional<ContainerEndpoint> container_endpoint(const Environment& environment);

/// AWS_EC2_METADATA_SERVICE_ENDPOINT, AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE, AWS_EC2_METADATA_V1_DISABLED.
InstanceMetadata instance_metadata(const Environment& environment);

}  // namespace ekiden::aws::crt
