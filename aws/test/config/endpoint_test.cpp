// The endpoints of the services. Expected values: those of botocore 1.43 for the same region and settings.
#include <ekiden/aws/config/endpoint.hpp>

#include <gtest/gtest.h>

namespace ekiden::aws {
namespace {

// Goal: every partition and variant has the host that AWS uses.
TEST(EndpointTest, IsTheOneOfThePartition) {
  constexpr EndpointVariant kPlain{};
  constexpr EndpointVariant kFips{.fips = true};
  constexpr EndpointVariant kDual{.dual_stack = true};
  constexpr EndpointVariant kBoth{.fips = true, .dual_stack = true};
  const struct {
    const char* service;
    const char* region;
    EndpointVariant variant;
    const char* url;
  } cases[] = {
      {"sqs", "us-east-1", kPlain, "https://sqs.us-east-1.amazonaws.com"},
      {"sqs", "us-east-1", kFips, "https://sqs-fips.us-east-1.amazonaws.com"},
      {"sqs", "us-east-1", kDual, "https://sqs.us-east-1.api.aws"},
      {"sqs", "us-east-1", kBoth, "https://sqs-fips.us-east-1.api.aws"},
      {"sqs", "ap-northeast-1", kPlain, "https://sqs.ap-northeast-1.amazonaws.com"},
      {"sqs", "ap-northeast-1", kFips, "https://sqs-fips.ap-northeast-1.amazonaws.com"},
      {"sqs", "ap-northeast-1", kDual, "https://sqs.ap-northeast-1.api.aws"},
      {"sqs", "ap-northeast-1", kBoth, "https://sqs-fips.ap-northeast-1.api.aws"},
      {"sqs", "cn-north-1", kPlain, "https://sqs.cn-north-1.amazonaws.com.cn"},
      {"sqs", "cn-north-1", kFips, "https://sqs-fips.cn-north-1.amazonaws.com.cn"},
      {"sqs", "cn-north-1", kDual, "https://sqs.cn-north-1.api.amazonwebservices.com.cn"},
      {"sqs", "cn-north-1", kBoth, "https://sqs-fips.cn-north-1.api.amazonwebservices.com.cn"},
      {"sqs", "us-gov-west-1", kPlain, "https://sqs.us-gov-west-1.amazonaws.com"},
      {"sqs", "us-gov-west-1", kFips, "https://sqs.us-gov-west-1.amazonaws.com"},
      {"sqs", "us-gov-west-1", kDual, "https://sqs.us-gov-west-1.api.aws"},
      {"sqs", "us-gov-west-1", kBoth, "https://sqs-fips.us-gov-west-1.api.aws"},
      {"sqs", "eusc-de-east-1", kPlain, "https://sqs.eusc-de-east-1.amazonaws.eu"},
      {"sqs", "eusc-de-east-1", kFips, "https://sqs-fips.eusc-de-east-1.amazonaws.eu"},
      {"sqs", "eusc-de-east-1", kDual, "https://sqs.eusc-de-east-1.api.amazonwebservices.eu"},
      {"sqs", "eusc-de-east-1", kBoth, "https://sqs-fips.eusc-de-east-1.api.amazonwebservices.eu"},
      {"sqs", "us-iso-east-1", kPlain, "https://sqs.us-iso-east-1.c2s.ic.gov"},
      {"sqs", "us-iso-east-1", kFips, "https://sqs-fips.us-iso-east-1.c2s.ic.gov"},
      {"sqs", "us-iso-east-1", kDual, "https://sqs.us-iso-east-1.api.aws.ic.gov"},
      {"sqs", "us-iso-east-1", kBoth, "https://sqs-fips.us-iso-east-1.api.aws.ic.gov"},
      {"sqs", "us-isob-east-1", kPlain, "https://sqs.us-isob-east-1.sc2s.sgov.gov"},
      {"sqs", "us-isob-east-1", kFips, "https://sqs-fips.us-isob-east-1.sc2s.sgov.gov"},
      {"sqs", "us-isob-east-1", kDual, "https://sqs.us-isob-east-1.api.aws.scloud"},
      {"sqs", "us-isob-east-1", kBoth, "https://sqs-fips.us-isob-east-1.api.aws.scloud"},
      {"sqs", "eu-isoe-west-1", kPlain, "https://sqs.eu-isoe-west-1.cloud.adc-e.uk"},
      {"sqs", "eu-isoe-west-1", kFips, "https://sqs-fips.eu-isoe-west-1.cloud.adc-e.uk"},
      {"sqs", "eu-isoe-west-1", kDual, "https://sqs.eu-isoe-west-1.api.cloud-aws.adc-e.uk"},
      {"sqs", "eu-isoe-west-1", kBoth, "https://sqs-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk"},
      {"sqs", "us-isof-south-1", kPlain, "https://sqs.us-isof-south-1.csp.hci.ic.gov"},
      {"sqs", "us-isof-south-1", kFips, "https://sqs-fips.us-isof-south-1.csp.hci.ic.gov"},
      {"sqs", "us-isof-south-1", kDual, "https://sqs.us-isof-south-1.api.aws.hci.ic.gov"},
      {"sqs", "us-isof-south-1", kBoth, "https://sqs-fips.us-isof-south-1.api.aws.hci.ic.gov"},
      {"dynamodb", "us-east-1", kPlain, "https://dynamodb.us-east-1.amazonaws.com"},
      {"dynamodb", "us-east-1", kFips, "https://dynamodb-fips.us-east-1.amazonaws.com"},
      {"dynamodb", "us-east-1", kDual, "https://dynamodb.us-east-1.api.aws"},
      {"dynamodb", "us-east-1", kBoth, "https://dynamodb-fips.us-east-1.api.aws"},
      {"dynamodb", "ap-northeast-1", kPlain, "https://dynamodb.ap-northeast-1.amazonaws.com"},
      {"dynamodb", "ap-northeast-1", kFips, "https://dynamodb-fips.ap-northeast-1.amazonaws.com"},
      {"dynamodb", "ap-northeast-1", kDual, "https://dynamodb.ap-northeast-1.api.aws"},
      {"dynamodb", "ap-northeast-1", kBoth, "https://dynamodb-fips.ap-northeast-1.api.aws"},
      {"dynamodb", "cn-north-1", kPlain, "https://dynamodb.cn-north-1.amazonaws.com.cn"},
      {"dynamodb", "cn-north-1", kFips, "https://dynamodb-fips.cn-north-1.amazonaws.com.cn"},
      {"dynamodb", "cn-north-1", kDual, "https://dynamodb.cn-north-1.api.amazonwebservices.com.cn"},
      {"dynamodb", "cn-north-1", kBoth, "https://dynamodb-fips.cn-north-1.api.amazonwebservices.com.cn"},
      {"dynamodb", "us-gov-west-1", kPlain, "https://dynamodb.us-gov-west-1.amazonaws.com"},
      {"dynamodb", "us-gov-west-1", kFips, "https://dynamodb.us-gov-west-1.amazonaws.com"},
      {"dynamodb", "us-gov-west-1", kDual, "https://dynamodb.us-gov-west-1.api.aws"},
      {"dynamodb", "us-gov-west-1", kBoth, "https://dynamodb-fips.us-gov-west-1.api.aws"},
      {"dynamodb", "eusc-de-east-1", kPlain, "https://dynamodb.eusc-de-east-1.amazonaws.eu"},
      {"dynamodb", "eusc-de-east-1", kFips, "https://dynamodb-fips.eusc-de-east-1.amazonaws.eu"},
      {"dynamodb", "eusc-de-east-1", kDual, "https://dynamodb.eusc-de-east-1.api.amazonwebservices.eu"},
      {"dynamodb", "eusc-de-east-1", kBoth, "https://dynamodb-fips.eusc-de-east-1.api.amazonwebservices.eu"},
      {"dynamodb", "us-iso-east-1", kPlain, "https://dynamodb.us-iso-east-1.c2s.ic.gov"},
      {"dynamodb", "us-iso-east-1", kFips, "https://dynamodb-fips.us-iso-east-1.c2s.ic.gov"},
      {"dynamodb", "us-iso-east-1", kDual, "https://dynamodb.us-iso-east-1.api.aws.ic.gov"},
      {"dynamodb", "us-iso-east-1", kBoth, "https://dynamodb-fips.us-iso-east-1.api.aws.ic.gov"},
      {"dynamodb", "us-isob-east-1", kPlain, "https://dynamodb.us-isob-east-1.sc2s.sgov.gov"},
      {"dynamodb", "us-isob-east-1", kFips, "https://dynamodb-fips.us-isob-east-1.sc2s.sgov.gov"},
      {"dynamodb", "us-isob-east-1", kDual, "https://dynamodb.us-isob-east-1.api.aws.scloud"},
      {"dynamodb", "us-isob-east-1", kBoth, "https://dynamodb-fips.us-isob-east-1.api.aws.scloud"},
      {"dynamodb", "eu-isoe-west-1", kPlain, "https://dynamodb.eu-isoe-west-1.cloud.adc-e.uk"},
      {"dynamodb", "eu-isoe-west-1", kFips, "https://dynamodb-fips.eu-isoe-west-1.cloud.adc-e.uk"},
      {"dynamodb", "eu-isoe-west-1", kDual, "https://dynamodb.eu-isoe-west-1.api.cloud-aws.adc-e.uk"},
      {"dynamodb", "eu-isoe-west-1", kBoth, "https://dynamodb-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk"},
      {"dynamodb", "us-isof-south-1", kPlain, "https://dynamodb.us-isof-south-1.csp.hci.ic.gov"},
      {"dynamodb", "us-isof-south-1", kFips, "https://dynamodb-fips.us-isof-south-1.csp.hci.ic.gov"},
      {"dynamodb", "us-isof-south-1", kDual, "https://dynamodb.us-isof-south-1.api.aws.hci.ic.gov"},
      {"dynamodb", "us-isof-south-1", kBoth, "https://dynamodb-fips.us-isof-south-1.api.aws.hci.ic.gov"},
      {"dynamodb", "local", kPlain, "http://localhost:8000"},
      {"sts", "us-east-1", kPlain, "https://sts.us-east-1.amazonaws.com"},
      {"sts", "us-east-1", kFips, "https://sts-fips.us-east-1.amazonaws.com"},
      {"sts", "us-east-1", kDual, "https://sts.us-east-1.api.aws"},
      {"sts", "us-east-1", kBoth, "https://sts-fips.us-east-1.api.aws"},
      {"sts", "ap-northeast-1", kPlain, "https://sts.ap-northeast-1.amazonaws.com"},
      {"sts", "ap-northeast-1", kFips, "https://sts-fips.ap-northeast-1.amazonaws.com"},
      {"sts", "ap-northeast-1", kDual, "https://sts.ap-northeast-1.api.aws"},
      {"sts", "ap-northeast-1", kBoth, "https://sts-fips.ap-northeast-1.api.aws"},
      {"sts", "cn-north-1", kPlain, "https://sts.cn-north-1.amazonaws.com.cn"},
      {"sts", "cn-north-1", kFips, "https://sts-fips.cn-north-1.amazonaws.com.cn"},
      {"sts", "cn-north-1", kDual, "https://sts.cn-north-1.api.amazonwebservices.com.cn"},
      {"sts", "cn-north-1", kBoth, "https://sts-fips.cn-north-1.api.amazonwebservices.com.cn"},
      {"sts", "us-gov-west-1", kPlain, "https://sts.us-gov-west-1.amazonaws.com"},
      {"sts", "us-gov-west-1", kFips, "https://sts.us-gov-west-1.amazonaws.com"},
      {"sts", "us-gov-west-1", kDual, "https://sts.us-gov-west-1.api.aws"},
      {"sts", "us-gov-west-1", kBoth, "https://sts-fips.us-gov-west-1.api.aws"},
      {"sts", "eusc-de-east-1", kPlain, "https://sts.eusc-de-east-1.amazonaws.eu"},
      {"sts", "eusc-de-east-1", kFips, "https://sts-fips.eusc-de-east-1.amazonaws.eu"},
      {"sts", "eusc-de-east-1", kDual, "https://sts.eusc-de-east-1.api.amazonwebservices.eu"},
      {"sts", "eusc-de-east-1", kBoth, "https://sts-fips.eusc-de-east-1.api.amazonwebservices.eu"},
      {"sts", "us-iso-east-1", kPlain, "https://sts.us-iso-east-1.c2s.ic.gov"},
      {"sts", "us-iso-east-1", kFips, "https://sts-fips.us-iso-east-1.c2s.ic.gov"},
      {"sts", "us-iso-east-1", kDual, "https://sts.us-iso-east-1.api.aws.ic.gov"},
      {"sts", "us-iso-east-1", kBoth, "https://sts-fips.us-iso-east-1.api.aws.ic.gov"},
      {"sts", "us-isob-east-1", kPlain, "https://sts.us-isob-east-1.sc2s.sgov.gov"},
      {"sts", "us-isob-east-1", kFips, "https://sts-fips.us-isob-east-1.sc2s.sgov.gov"},
      {"sts", "us-isob-east-1", kDual, "https://sts.us-isob-east-1.api.aws.scloud"},
      {"sts", "us-isob-east-1", kBoth, "https://sts-fips.us-isob-east-1.api.aws.scloud"},
      {"sts", "eu-isoe-west-1", kPlain, "https://sts.eu-isoe-west-1.cloud.adc-e.uk"},
      {"sts", "eu-isoe-west-1", kFips, "https://sts-fips.eu-isoe-west-1.cloud.adc-e.uk"},
      {"sts", "eu-isoe-west-1", kDual, "https://sts.eu-isoe-west-1.api.cloud-aws.adc-e.uk"},
      {"sts", "eu-isoe-west-1", kBoth, "https://sts-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk"},
      {"sts", "us-isof-south-1", kPlain, "https://sts.us-isof-south-1.csp.hci.ic.gov"},
      {"sts", "us-isof-south-1", kFips, "https://sts-fips.us-isof-south-1.csp.hci.ic.gov"},
      {"sts", "us-isof-south-1", kDual, "https://sts.us-isof-south-1.api.aws.hci.ic.gov"},
      {"sts", "us-isof-south-1", kBoth, "https://sts-fips.us-isof-south-1.api.aws.hci.ic.gov"},
  };
  for (const auto& one : cases) {
    const Endpoint endpoint = own_endpoint(one.service, one.region, one.variant);
    EXPECT_EQ(endpoint.url, one.url) << one.service << " " << one.region;
    EXPECT_FALSE(endpoint.configured);
  }
}

// Goal: the region is found in AWS's own hosts of every kind and partition, and not in other hosts.
TEST(RegionOfHostTest, IsThatOfOwnHosts) {
  for (const char* region : {"eu-west-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1", "us-isob-east-1"}) {
    for (const EndpointVariant variant : {EndpointVariant{}, {true, false}, {false, true}, {true, true}}) {
      const std::string url = own_endpoint("sqs", region, variant).url;
      EXPECT_EQ(region_of_host("sqs", url.substr(url.find("//") + 2)), region) << url;
    }
  }
  for (const char* host :
       {"", "sqs", "sqs.", "sqs.amazonaws.com", "sqs.eu-west-1.example.com", "queue.amazonaws.com",
        "sqs.eu-west-1.amazonaws.com.evil.example", "sqs.cn-north-1.amazonaws.com",
        "vpce-1.sqs.eu-west-1.vpce.amazonaws.com", "dynamodb.eu-west-1.amazonaws.com", "sqsx.eu-west-1.amazonaws.com",
        "sqs..amazonaws.com", "sqs.a_b.amazonaws.com", "sqs.us-east-1.evilamazonaws.com", "127.0.0.1"}) {
    EXPECT_FALSE(region_of_host("sqs", host)) << host;
  }
}

// Goal: each region has the right partition in ARNs. Source: botocore's partitions.json.
TEST(PartitionNameTest, IsThatOfArns) {
  EXPECT_EQ(partition_name("eu-west-1"), "aws");
  EXPECT_EQ(partition_name("cn-north-1"), "aws-cn");
  EXPECT_EQ(partition_name("us-gov-east-1"), "aws-us-gov");
  EXPECT_EQ(partition_name("eusc-de-east-1"), "aws-eusc");
  EXPECT_EQ(partition_name("us-iso-east-1"), "aws-iso");
  EXPECT_EQ(partition_name("us-isob-east-1"), "aws-iso-b");
  EXPECT_EQ(partition_name("eu-isoe-west-1"), "aws-iso-e");
  EXPECT_EQ(partition_name("us-isof-south-1"), "aws-iso-f");
}

// Goal: a region cannot contain a character that ends a host name, and is not empty.
TEST(IsRegionTest, TakesOneLabelOnly) {
  EXPECT_TRUE(is_region("us-east-1"));
  for (const char* text : {"", "evil.example/x", "us-east-1.", "a/b", "a@b", "a:1", "US-EAST-1"}) {
    EXPECT_FALSE(is_region(text)) << text;
  }
}

}  // namespace
}  // namespace ekiden::aws
