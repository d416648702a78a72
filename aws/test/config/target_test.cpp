// The choice of the target: flags, then variables, then the profile; never a guess.
#include <ekiden/aws/config/region_error.hpp>
#include <ekiden/aws/config/target.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "home_folder.hpp"

namespace ekiden::aws {
namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

Target resolve(const TargetOptions& options, Variables variables = {}) {
  return Target::resolve(options, [&variables](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
  });
}

std::string complaint(const TargetOptions& options, Variables variables = {}) {
  try {
    return "none: " + resolve(options, std::move(variables)).describe();
  } catch (const ConfigurationError& error) {
    return error.what();
  }
}

TargetOptions local() { return {std::nullopt, std::nullopt, true}; }
TargetOptions endpoint(std::string url) { return {std::move(url), std::nullopt, false}; }

// Goal: without an endpoint the target is AWS, in the region of the variables, AWS_REGION first.
TEST(TargetTest, IsAwsWhereNoEndpointIsNamed) {
  const Target target = resolve({}, {{"AWS_REGION", "ap-northeast-1"}, {"AWS_DEFAULT_REGION", "eu-west-1"}});
  EXPECT_EQ(target.describe(), "AWS ap-northeast-1");
  EXPECT_EQ(target.sqs.url, "https://sqs.ap-northeast-1.amazonaws.com");
  EXPECT_EQ(target.dynamodb.url, "https://dynamodb.ap-northeast-1.amazonaws.com");
  EXPECT_FALSE(target.is_local);
  EXPECT_FALSE(target.sqs.configured);
  EXPECT_EQ(resolve({}, {{"AWS_REGION", ""}, {"AWS_DEFAULT_REGION", "cn-north-1"}}).sqs.url,
            "https://sqs.cn-north-1.amazonaws.com.cn");
}

// Goal: --local needs no variable for address and region.
TEST(TargetTest, IsTheLocalServerOnlyWhenToldSo) {
  EXPECT_EQ(resolve(local()).describe(), "local http://127.0.0.1:4566");
  EXPECT_EQ(resolve(local()).region, "us-east-1");
  EXPECT_EQ(resolve({}, {{"EKIDEN_LOCAL", "1"}}).describe(), "local http://127.0.0.1:4566");
  EXPECT_EQ(resolve({}, {{"EKIDEN_LOCAL", "0"}, {"AWS_REGION", "us-east-1"}}).describe(), "AWS us-east-1");
  EXPECT_EQ(complaint({}),
            "no AWS region is configured: set --region or AWS_REGION, or use --local for the local server");
  EXPECT_EQ(complaint({}, {{"EKIDEN_LOCAL", "maybe"}}), "EKIDEN_LOCAL is 'maybe': set 1, true, 0 or false");
}

// Goal: endpoints are used in the order of the AWS SDKs, after our flags.
TEST(TargetTest, PrefersTheMoreSpecificEndpoint) {
  const Variables variables{{"AWS_ENDPOINT_URL", "http://localhost:1"},
                            {"AWS_ENDPOINT_URL_SQS", "http://localhost:2/"}};
  EXPECT_EQ(resolve({}, variables).describe(), "local SQS http://localhost:2, DynamoDB http://localhost:1");
  EXPECT_EQ(resolve(local(), variables).describe(), "local http://127.0.0.1:4566");
  EXPECT_EQ(resolve(endpoint("http://[::1]:3"), variables).describe(), "local http://[::1]:3");

  Variables ignoring = variables;
  ignoring["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  ignoring["AWS_REGION"] = "eu-west-1";
  EXPECT_EQ(resolve({}, ignoring).describe(), "AWS eu-west-1");
}

// Goal: another endpoint is neither called local nor AWS, and has no default region.
TEST(TargetTest, NamesAnEndpointThatIsNotLoopback) {
  TargetOptions options = endpoint("https://emulator.example:8443");
  EXPECT_EQ(complaint(options),
            "no AWS region is configured: set --region or AWS_REGION, or use --local for the local server");
  options.region = "eu-west-1";
  EXPECT_EQ(resolve(options).describe(), "https://emulator.example:8443 (eu-west-1)");
  const Target half = resolve({}, {{"AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:9"}, {"AWS_REGION", "us-east-1"}});
  EXPECT_FALSE(half.is_local);
  EXPECT_EQ(half.describe(), "SQS http://127.0.0.1:9, DynamoDB https://dynamodb.us-east-1.amazonaws.com (us-east-1)");
}

// Goal: an invalid setting is rejected with a sentence that names it.
TEST(TargetTest, RefusesContradictionsAndNonsense) {
  TargetOptions both = local();
  both.endpoint = "http://localhost:1";
  EXPECT_EQ(complaint(both),
            "--local cannot be combined with --endpoint http://localhost:1; use one of them (--local means --endpoint "
            "http://127.0.0.1:4566)");
  both.endpoint_name = "EKIDEN_ENDPOINT";
  EXPECT_EQ(complaint(both),
            "--local cannot be combined with EKIDEN_ENDPOINT http://localhost:1; use one of them (--local means "
            "--endpoint http://127.0.0.1:4566)");
  EXPECT_EQ(complaint(endpoint("localhost:4566")),
            "--endpoint is 'localhost:4566', which is not an endpoint: use http:// or https://, a host and optionally "
            "a port, for example "
            "http://127.0.0.1:4566");
  EXPECT_EQ(complaint({std::nullopt, "evil.example/", false}),
            "--region is 'evil.example/', which is not an AWS region: set a region such as us-east-1");
  EXPECT_EQ(complaint({}, {{"AWS_REGION", "mars 1"}}),
            "AWS_REGION is 'mars 1', which is not an AWS region: set a region such as us-east-1");
}

// Goal: the reason and the advice of an error about a region can be read apart, whatever its value contains.
TEST(TargetTest, ARegionErrorHasReasonAndAdviceApart) {
  try {
    resolve({}, {{"AWS_REGION", "a: b: c"}});
    FAIL();
  } catch (const RegionError& error) {
    EXPECT_EQ(error.reason(), "AWS_REGION is 'a: b: c', which is not an AWS region");
    EXPECT_EQ(error.advice(), "set a region such as us-east-1");
  }
}

// Goal: an error about a setting with a line break is one line, and shows where the break is.
TEST(TargetTest, ShowsALineBreakInASetting) {
  EXPECT_EQ(complaint({}, {{"AWS_REGION", "us-east-1\n"}}),
            "AWS_REGION is 'us-east-1\\n', which is not an AWS region: set a region such as us-east-1");
  EXPECT_EQ(
      complaint({}, {{"AWS_REGION", "us-east-1"}, {"AWS_ENDPOINT_URL", "http://localhost:1\r\n"}}),
      "AWS_ENDPOINT_URL is 'http://localhost:1\\r\\n', which is not an endpoint: use http:// or https://, a host and "
      "optionally a port, for example http://127.0.0.1:4566");
  EXPECT_EQ(complaint({}, {{"AWS_REGION", "us-east-1"}, {"AWS_MAX_ATTEMPTS", "3\n"}}),
            "AWS_MAX_ATTEMPTS is '3\\n': set a whole number from 1 (no retry) to 100");
  const std::string page(100'000, '<');
  EXPECT_LT(complaint({}, {{"AWS_REGION", page}}).size(), 300U);
}

// Goal: each setting can come from a profile, after the variables.
TEST(TargetTest, TakesFromTheProfileWhatNoVariableSays) {
  const test::HomeFolder home;
  home.write(".aws/config", R"([default]
region = eu-north-1
endpoint_url = https://all.example
services = mine
max_attempts = 7
retry_mode = adaptive
ca_bundle = /etc/own-ca.pem
[services mine]
sqs =
  endpoint_url = https://queues.example:8443
)");
  const Profile profile = Profile::load(home.environment());
  const auto with = [&](Variables variables) { return Target::resolve({}, test::environment(variables), profile); };
  const Target target = with({});
  EXPECT_EQ(target.region, "eu-north-1");
  EXPECT_EQ(target.sqs.url, "https://queues.example:8443");
  EXPECT_EQ(target.dynamodb.url, "https://all.example");
  EXPECT_EQ(target.retries.attempts, 7U);
  EXPECT_EQ(target.retries.mode, RetryMode::kAdaptive);
  EXPECT_EQ(target.ca_bundle, "/etc/own-ca.pem");

  const Target other = with({{"AWS_REGION", "us-west-2"},
                             {"AWS_ENDPOINT_URL_SQS", "https://own.example"},
                             {"AWS_MAX_ATTEMPTS", "2"},
                             {"AWS_RETRY_MODE", "standard"},
                             {"AWS_CA_BUNDLE", "/tmp/ca.pem"}});
  EXPECT_EQ(other.region, "us-west-2");
  EXPECT_EQ(other.sqs.url, "https://own.example");
  EXPECT_EQ(other.dynamodb.url, "https://all.example");
  EXPECT_EQ(other.retries.attempts, 2U);
  EXPECT_EQ(other.retries.mode, RetryMode::kStandard);
  EXPECT_EQ(other.ca_bundle, "/tmp/ca.pem");
  EXPECT_EQ(with({{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}}).describe(), "AWS eu-north-1");
}

// Goal: as variables can, the profile can ignore configured endpoints, and select FIPS and IPv6.
TEST(TargetTest, TakesTheVariantFromVariablesAndProfile) {
  const test::HomeFolder home;
  home.write(".aws/config",
             "[default]\nregion = us-east-1\nendpoint_url = https://all.example\n"
             "ignore_configured_endpoint_urls = true\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true\n");
  const Profile profile = Profile::load(home.environment());
  const Target target = Target::resolve({}, test::environment({}), profile);
  EXPECT_EQ(target.sqs.url, "https://sqs-fips.us-east-1.api.aws");
  EXPECT_EQ(target.dynamodb.url, "https://dynamodb-fips.us-east-1.api.aws");
  const Target plain = Target::resolve(
      {}, test::environment({{"AWS_USE_FIPS_ENDPOINT", "false"}, {"AWS_USE_DUALSTACK_ENDPOINT", "False"}}), profile);
  EXPECT_EQ(plain.sqs.url, "https://sqs.us-east-1.amazonaws.com");
  EXPECT_EQ(resolve({}, {{"AWS_REGION", "us-east-1"}, {"AWS_USE_FIPS_ENDPOINT", "true"}}).sqs.url,
            "https://sqs-fips.us-east-1.amazonaws.com");
  EXPECT_EQ(resolve({}, {{"AWS_REGION", "us-east-1"}, {"AWS_USE_DUALSTACK_ENDPOINT", "true"}}).dynamodb.url,
            "https://dynamodb.us-east-1.api.aws");
}

// Goal: the machine's region is the last source, and is not used for a local target.
TEST(TargetTest, AsksTheMachineForItsRegionLast) {
  int asked = 0;
  const auto lookup = [&asked]() -> std::optional<std::string> {
    ++asked;
    return "sa-east-1";
  };
  EXPECT_EQ(Target::resolve({}, test::environment({}), {}, lookup).region, "sa-east-1");
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(Target::resolve(local(), test::environment({}), {}, lookup).region, "us-east-1");
  EXPECT_EQ(Target::resolve({}, test::environment({{"AWS_REGION", "eu-west-1"}}), {}, lookup).region, "eu-west-1");
  EXPECT_EQ(asked, 1);
}

// Goal: an invalid setting of retries is named, with the allowed values.
TEST(TargetTest, RefusesRetrySettingsThatItDoesNotKnow) {
  EXPECT_EQ(complaint({}, {{"AWS_REGION", "us-east-1"}, {"AWS_MAX_ATTEMPTS", "many"}}),
            "AWS_MAX_ATTEMPTS is 'many': set a whole number from 1 (no retry) to 100");
  EXPECT_EQ(complaint({}, {{"AWS_REGION", "us-east-1"}, {"AWS_RETRY_MODE", "wild"}}),
            "AWS_RETRY_MODE is 'wild': set standard, adaptive or legacy");
}

// Goal: whether a profile is needed is known before it is read.
TEST(TargetTest, KnowsALocalTargetWithoutAProfile) {
  EXPECT_TRUE(Target::is_local_by_itself(local(), test::environment({})));
  EXPECT_TRUE(Target::is_local_by_itself({}, test::environment({{"AWS_ENDPOINT_URL", "http://localhost:1"}})));
  EXPECT_FALSE(Target::is_local_by_itself({}, test::environment({{"AWS_ENDPOINT_URL_SQS", "http://localhost:1"}})));
  EXPECT_FALSE(Target::is_local_by_itself(endpoint("https://emulator.example"), test::environment({})));
}

// Goal: only addresses that cannot leave the machine count as loopback.
TEST(TargetTest, KnowsLoopbackAddresses) {
  for (const char* host : {"localhost", "sqs.us-east-1.localhost", "127.0.0.1", "127.1.2.3", "::1"}) {
    EXPECT_TRUE(is_loopback(host)) << host;
  }
  for (const char* host : {"127.0.0.1.example.com", "localhost.example.com", "10.0.0.1", "notlocalhost"}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

// Goal: the endpoint of STS is the region's, or that of its own variable, which can be ignored like the others.
TEST(TargetTest, StsIsTheRegionsOrItsVariables) {
  Variables variables{{"AWS_REGION", "cn-north-1"}, {"AWS_ENDPOINT_URL", "http://localhost:1"}};
  EXPECT_EQ(resolve({}, variables).sts.url, "https://sts.cn-north-1.amazonaws.com.cn");
  EXPECT_FALSE(resolve({}, variables).sts.configured);
  variables["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:9999/";
  EXPECT_EQ(resolve({}, variables).sts.url, "http://127.0.0.1:9999");
  EXPECT_EQ(resolve(local(), variables).sts.url, "http://127.0.0.1:9999");
  EXPECT_TRUE(resolve({}, variables).sts.configured);
  variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "True";
  EXPECT_FALSE(resolve({}, variables).sts.configured);
  EXPECT_THAT(complaint({}, {{"AWS_REGION", "eu-west-1"}, {"AWS_ENDPOINT_URL_STS", "sts.example"}}),
              testing::StartsWith("AWS_ENDPOINT_URL_STS is 'sts.example', which is not an endpoint: "));

  const test::HomeFolder home;
  home.write(".aws/config", "[default]\nregion = eu-west-1\nignore_configured_endpoint_urls = true\n");
  const Environment environment = home.environment({{"AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9999"}});
  EXPECT_FALSE(Target::resolve({}, environment, Profile::load(environment)).sts.configured);
}

}  // namespace
}  // namespace ekiden::aws
