// Which system a command talks to: flags, then variables, and no guessing.
#include <ekiden/aws/target.hpp>

#include <gtest/gtest.h>

#include <map>

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

// Goal: without any endpoint it is AWS, in the region of the variables, AWS_REGION first.
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

// Goal: the local server has its address and region without any variable.
TEST(TargetTest, IsTheLocalServerOnlyWhenToldSo) {
  EXPECT_EQ(resolve(local()).describe(), "local http://127.0.0.1:4566");
  EXPECT_EQ(resolve(local()).region, "us-east-1");
  EXPECT_EQ(resolve({}, {{"EKIDEN_LOCAL", "1"}}).describe(), "local http://127.0.0.1:4566");
  EXPECT_EQ(resolve({}, {{"EKIDEN_LOCAL", "0"}, {"AWS_REGION", "us-east-1"}}).describe(), "AWS us-east-1");
  EXPECT_EQ(complaint({}), "no AWS region: set AWS_REGION or --region, or --local for the local server");
  EXPECT_EQ(complaint({}, {{"EKIDEN_LOCAL", "maybe"}}), "EKIDEN_LOCAL=maybe is neither 1, true, 0 nor false");
}

// Goal: the order of the AWS SDKs, with our flags before it.
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

// Goal: an endpoint elsewhere is neither called local nor AWS, and gets no default region.
TEST(TargetTest, NamesAnEndpointThatIsNotLoopback) {
  TargetOptions options = endpoint("https://emulator.example:8443");
  EXPECT_EQ(complaint(options), "no AWS region: set AWS_REGION or --region, or --local for the local server");
  options.region = "eu-west-1";
  EXPECT_EQ(resolve(options).describe(), "https://emulator.example:8443 (eu-west-1)");
  const Target half = resolve({}, {{"AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:9"}, {"AWS_REGION", "us-east-1"}});
  EXPECT_FALSE(half.is_local);
  EXPECT_EQ(half.describe(), "SQS http://127.0.0.1:9, DynamoDB https://dynamodb.us-east-1.amazonaws.com (us-east-1)");
}

// Goal: what cannot work is refused with a sentence that names it.
TEST(TargetTest, RefusesContradictionsAndNonsense) {
  TargetOptions both = local();
  both.endpoint = "http://localhost:1";
  EXPECT_EQ(complaint(both),
            "--endpoint and --local exclude each other: --local means --endpoint http://127.0.0.1:4566");
  EXPECT_EQ(complaint(endpoint("localhost:4566")),
            "--endpoint is 'localhost:4566': an endpoint is http:// or https://, a host and perhaps a port, e.g. "
            "http://127.0.0.1:4566");
  EXPECT_EQ(complaint({std::nullopt, "evil.example/", false}),
            "'evil.example/' is no region: one looks like us-east-1");
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

}  // namespace
}  // namespace ekiden::aws
