#include <ekiden/aws/endpoint.hpp>

#include <algorithm>
#include <array>

namespace ekiden::aws {
namespace {

struct Partition {
  std::string_view region_prefix;
  std::string_view suffix;
  std::string_view dual_stack_suffix;
};

// botocore's partitions.json; the last takes every region that is not one of the others'.
constexpr std::array<Partition, 8> kPartitions{{
    {"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    {"us-gov-", "amazonaws.com", "api.aws"},
    {"eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
    {"us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
    {"us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
    {"eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
    {"us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
    {"", "amazonaws.com", "api.aws"},
}};

const Partition& partition_of(std::string_view region) {
  return *std::ranges::find_if(kPartitions,
                               [region](const Partition& each) { return region.starts_with(each.region_prefix); });
}

}  // namespace

Endpoint own_endpoint(std::string_view service, std::string_view region, EndpointVariant variant) {
  if (service == "dynamodb" && region == "local") {
    return Endpoint{"http://localhost:8000", false};
  }
  const Partition& partition = partition_of(region);
  // In GovCloud the plain endpoints are the FIPS ones; only with IPv6 they have names of their own.
  const bool plain_is_fips = partition.region_prefix == "us-gov-" && !variant.dual_stack;
  std::string url = "https://";
  url.append(service).append(variant.fips && !plain_is_fips ? "-fips" : "").append(".").append(region).append(".");
  url.append(variant.dual_stack ? partition.dual_stack_suffix : partition.suffix);
  return Endpoint{std::move(url), false};
}

bool is_aws_host(std::string_view host) {
  return std::ranges::any_of(kPartitions, [host](const Partition& each) {
    const auto ends_with = [host](std::string_view suffix) {
      return host.size() > suffix.size() && host.ends_with(suffix) && host[host.size() - suffix.size() - 1] == '.';
    };
    return ends_with(each.suffix) || ends_with(each.dual_stack_suffix);
  });
}

}  // namespace ekiden::aws
