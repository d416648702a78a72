#include <ekiden/aws/config/endpoint.hpp>

#include <algorithm>
#include <array>

namespace ekiden::aws {
namespace {

struct Partition {
  std::string_view name;
  std::string_view region_prefix;
  std::string_view suffix;
  std::string_view dual_stack_suffix;
};

// From botocore's partitions.json. The last one takes all regions that belong to no other.
constexpr std::array<Partition, 8> kPartitions{{
    {"aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    {"aws-us-gov", "us-gov-", "amazonaws.com", "api.aws"},
    {"aws-eusc", "eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
    {"aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
    {"aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
    {"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
    {"aws-iso-f", "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
    {"aws", "", "amazonaws.com", "api.aws"},
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
  // In GovCloud the standard endpoints are FIPS endpoints. Only the dual-stack ones have other names.
  const bool plain_is_fips = partition.region_prefix == "us-gov-" && !variant.dual_stack;
  std::string url = "https://";
  url.append(service).append(variant.fips && !plain_is_fips ? "-fips" : "").append(".").append(region).append(".");
  url.append(variant.dual_stack ? partition.dual_stack_suffix : partition.suffix);
  return Endpoint{std::move(url), false};
}

bool is_region(std::string_view text) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-";
  return !text.empty() && text.find_first_not_of(kAllowed) == std::string_view::npos;
}

std::optional<std::string> region_of_host(std::string_view service, std::string_view host) {
  if (!host.starts_with(service)) {
    return std::nullopt;
  }
  host.remove_prefix(service.size());
  constexpr std::string_view kFips = "-fips";
  host.remove_prefix(host.starts_with(kFips) ? kFips.size() : 0);
  const std::size_t dot = host.find('.', 1);
  if (!host.starts_with('.') || dot == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view region = host.substr(1, dot - 1);
  const std::string_view suffix = host.substr(dot + 1);
  const Partition& partition = partition_of(region);
  if (!is_region(region) || (suffix != partition.suffix && suffix != partition.dual_stack_suffix)) {
    return std::nullopt;
  }
  return std::string(region);
}

std::string_view partition_name(std::string_view region) { return partition_of(region).name; }

}  // namespace ekiden::aws
