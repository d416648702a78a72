/// Endpoint: where a service of AWS answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// One service's address.
struct Endpoint {
  std::string url;          ///< Scheme and authority, e.g. "https://sqs.us-east-1.amazonaws.com"; no slash at the end.
  bool configured = false;  ///< Named by flag, variable or profile; otherwise the service's own for the region.
};

/// Which kind of a region's own endpoint is wanted.
struct EndpointVariant {
  bool fips = false;        ///< Cryptography validated under FIPS 140.
  bool dual_stack = false;  ///< IPv6 beside IPv4.
};

/// The own endpoint of "sqs", "dynamodb" or "sts" in a region of any partition: AWS, China, GovCloud, the European
/// Sovereign Cloud, and the isolated ones. DynamoDB in the region "local" is at http://localhost:8000, as for the SDKs.
/// Source: the endpoint rule sets of botocore 1.43 (sqs/2012-11-05, dynamodb/2012-08-10, sts/2011-06-15).
Endpoint own_endpoint(std::string_view service, std::string_view region, EndpointVariant variant);

/// Small letters, digits and hyphens. Nothing else may become part of the host that a signed request goes to.
bool is_region(std::string_view text);

/// The region whose own endpoint of a service, plain, FIPS or dual-stack, has this host: "eu-west-1" of "sqs" at
/// "sqs.eu-west-1.amazonaws.com". Nothing: no region's has.
std::optional<std::string> region_of_host(std::string_view service, std::string_view host);

/// What an ARN of that region has after "arn:": "aws", "aws-cn", ...
std::string_view partition_name(std::string_view region);

}  // namespace ekiden::aws
