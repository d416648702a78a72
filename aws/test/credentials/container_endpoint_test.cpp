// The addresses of credential endpoints, from environment variables.
#include "credentials/crt/container_endpoint.hpp"

#include <gtest/gtest.h>

#include "config/variables.hpp"

namespace ekiden::aws::crt {
namespace {

using test::complaint;
using test::environment;
using test::Variables;

// Goal: on ECS the relative path is used with the agent's fixed address, whatever else is set.
TEST(ContainerEndpointTest, IsTheAgentsOnEcs) {
  const auto endpoint =
      container_endpoint(environment({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/id"},
                                      {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/other"}}));
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->host, "169.254.170.2");
  EXPECT_EQ(endpoint->port, 80U);
  EXPECT_EQ(endpoint->path, "/v2/credentials/id");
  EXPECT_FALSE(endpoint->tls);
}

// Goal: elsewhere the full URL is used, also with IPv6 and https.
TEST(ContainerEndpointTest, IsAUrlElsewhere) {
  const auto pod =
      container_endpoint(environment({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://[fd00:ec2::23]/v1/credentials"},
                                      {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/var/run/token"}}));
  ASSERT_TRUE(pod);
  EXPECT_EQ(pod->host, "fd00:ec2::23");
  EXPECT_EQ(pod->token_file, "/var/run/token");
  const auto https =
      container_endpoint(environment({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "https://lender.example:8443/k?a=b"}}));
  ASSERT_TRUE(https);
  EXPECT_TRUE(https->tls);
  EXPECT_EQ(https->port, 8443U);
  EXPECT_EQ(https->path, "/k?a=b");
  EXPECT_FALSE(container_endpoint(environment({})));
}

// Goal: invalid values are named in the error; a token cannot add a header.
TEST(ContainerEndpointTest, RefusesNonsense) {
  EXPECT_EQ(
      complaint([] { container_endpoint(environment({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "lender"}})); }),
      "no AWS credentials: AWS_CONTAINER_CREDENTIALS_FULL_URI is not an http:// or https:// URL; correct or unset it");
  EXPECT_EQ(complaint([] {
              container_endpoint(environment({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/"},
                                              {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\r\nHost: b"}}));
            }),
            "no AWS credentials: AWS_CONTAINER_AUTHORIZATION_TOKEN contains a line break; remove it");
}

// Goal: no variable can add a header or a request; the error names the variable and, as the path and the token are
// secrets, not its value.
TEST(ContainerEndpointTest, RefusesWhatDoesNotFitIntoARequest) {
  const auto with = [](Variables variables) { return complaint([&] { container_endpoint(environment(variables)); }); };
  EXPECT_EQ(with({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/id\n"}}),
            "no AWS credentials: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI contains a line break; remove it");
  EXPECT_EQ(with({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/id HTTP/1.1"}}),
            "no AWS credentials: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI contains a space; remove it");
  EXPECT_EQ(with({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "v2/id"}}),
            "no AWS credentials: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not start with '/'; correct or unset it");
  EXPECT_EQ(with({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/\n"}}),
            "no AWS credentials: AWS_CONTAINER_CREDENTIALS_FULL_URI contains a line break; remove it");
  EXPECT_EQ(with({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/"},
                  {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\x01"}}),
            "no AWS credentials: AWS_CONTAINER_AUTHORIZATION_TOKEN contains a control character; remove it");
  EXPECT_EQ(with({{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/"},
                  {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic a=="}}),
            "nothing");
  const auto instance = [](const char* url) {
    return complaint([&] { instance_metadata(environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", url}})); });
  };
  EXPECT_EQ(instance("http://127.0.0.1:1338\n"), "AWS_EC2_METADATA_SERVICE_ENDPOINT contains a line break; remove it");
  EXPECT_EQ(instance("127.0.0.1"),
            "AWS_EC2_METADATA_SERVICE_ENDPOINT is not an http:// or https:// URL; correct or unset it");
  EXPECT_EQ(instance("http://[::1]/"), "nothing");
}

// Goal: the instance metadata service has its usual address unless a variable changes it.
TEST(InstanceMetadataTest, IsAskedAsTheVariablesSay) {
  const InstanceMetadata usual = instance_metadata(environment({}));
  EXPECT_TRUE(usual.endpoint.empty());
  EXPECT_FALSE(usual.ipv6);
  EXPECT_FALSE(usual.v1_disabled);
  const InstanceMetadata other =
      instance_metadata(environment({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1338"},
                                     {"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"},
                                     {"AWS_EC2_METADATA_V1_DISABLED", "true"}}));
  EXPECT_EQ(other.endpoint, "http://127.0.0.1:1338");
  EXPECT_TRUE(other.ipv6);
  EXPECT_TRUE(other.v1_disabled);
}

}  // namespace
}  // namespace ekiden::aws::crt
