/// Reads the variables of the container's and the instance's credential endpoints.
#pragma once

#include <ekiden/aws/environment.hpp>

#include <optional>

#include "providers.hpp"

namespace ekiden::aws::crt {

/// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, or else _FULL_URI, with the token of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
/// or AWS_CONTAINER_AUTHORIZATION_TOKEN. Returns nothing if neither is set. Throws ConfigurationError if the value is
/// not a URL. AWS's library itself checks, after it has resolved the name, that plain http is used only for loopback
/// and for the addresses of ECS and EKS.
std::optional<ContainerEndpoint> container_endpoint(const Environment& environment);

/// Reads AWS_EC2_METADATA_SERVICE_ENDPOINT, AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE and AWS_EC2_METADATA_V1_DISABLED.
InstanceMetadata instance_metadata(const Environment& environment);

}  // namespace ekiden::aws::crt
