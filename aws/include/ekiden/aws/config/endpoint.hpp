/// Endpoint: the address of an AWS service.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// One service's address.
struct Endpoint {
  std::string url;          ///< Scheme and authority, e.g. "https://sqs.us-east-1.amazonaws.com"; no slash at the end.
  bool configured = false;  ///< Set by flag, variable or profile; false: AWS's own endpoint of the region.
};

/// Which variant of AWS's own endpoint to use.
struct EndpointVariant {
  bool fips = false;        ///< Cryptography validated under FIPS 140.
  bool dual_stack = false;  ///< IPv6 beside IPv4.
};

/// AWS's own endpoint of "sqs", "dynamodb" or "sts" in a region. Knows every partition: AWS, China, GovCloud, the
/// European Sovereign Cloud, and the isolated ones. DynamoDB in the region "local" is at http://localhost:8000, as in
/// the AWS SDKs. Source: the endpoint rule sets of botocore 1.43 (sqs/2012-11-05, dynamodb/2012-08-10, sts/2011-06-15).
Endpoint own_endpoint(std::string_view service, std::string_view region, EndpointVariant variant);

/// True for lower-case letters, digits and hyphens only. Other characters must not get into the host name of a signed
/// request.
bool is_region(std::string_view text);

/// The region of a host that is AWS's own endpoint (plain, FIPS or dual-stack) of the service. Empty for other hosts.
///
///   region_of_host("sqs", "sqs.eu-west-1.amazonaws.com")      "eu-west-1"
std::optional<std::string> region_of_host(std::string_view service, std::string_view host);

/// The partition in ARNs of that region: "aws", "aws-cn", ...
std::string_view partition_name(std::string_view region);

}  // namespace ekiden::aws
