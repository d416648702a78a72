// The region from the machine's metadata services.
#include <ekiden/aws/platform/instance_region.hpp>

#include <gtest/gtest.h>

#include "call/scripted_transport.hpp"
#include "config/variables.hpp"

namespace ekiden::aws {
namespace {

using test::environment;

class InstanceRegionTest : public ScriptedTest {
 protected:
  std::optional<std::string> find(test::Variables variables) {
    return loop_.run(instance_region(wire_, environment(std::move(variables))));
  }
  std::string url(std::size_t i) const { return wire_.requests().at(i).method + " " + wire_.requests().at(i).url; }
};

// Goal: a session token is requested first, as IMDSv2 requires, then the region.
TEST_F(InstanceRegionTest, AsksTheInstance) {
  wire_.answer(200, "TOKEN");
  wire_.answer(200, "eu-central-1");
  EXPECT_EQ(find({}), "eu-central-1");
  EXPECT_EQ(url(0), "PUT http://169.254.169.254/latest/api/token");
  EXPECT_EQ(url(1), "GET http://169.254.169.254/latest/meta-data/placement/region");
  EXPECT_EQ(wire_.requests().at(1).headers.find("X-aws-ec2-metadata-token"), "TOKEN");
}

// Goal: an ECS task on EC2 reads its region from its own metadata, before the instance's.
TEST_F(InstanceRegionTest, AsksTheTaskFirst) {
  wire_.answer(200, R"({"TaskARN":"arn:aws:ecs:ap-northeast-1:123456789012:task/news/0123"})");
  EXPECT_EQ(find({{"ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2/v4/id"}}), "ap-northeast-1");
  EXPECT_EQ(url(0), "GET http://169.254.170.2/v4/id/task");

  wire_.answer(500, "");
  wire_.answer(200, "TOKEN");
  wire_.answer(200, "us-east-2");
  EXPECT_EQ(find({{"ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2/v4/id"}}), "us-east-2");
}

// Goal: if no endpoint answers, or none may be used, there is no region: after 1 s, not after minutes.
TEST_F(InstanceRegionTest, GivesUpSoon) {
  const runtime::TimePoint begun = loop_.clock().now();
  wire_.hang();
  EXPECT_FALSE(find({}));
  EXPECT_EQ(loop_.clock().now() - begun, std::chrono::seconds(1));
  wire_.fail(http::TransportError::Kind::kConnect);
  EXPECT_FALSE(find({}));
  wire_.answer(403, "");
  EXPECT_FALSE(find({}));
  EXPECT_FALSE(find({{"AWS_EC2_METADATA_DISABLED", "true"}}));
  EXPECT_EQ(wire_.requests().size(), 3U);
}

// Goal: variables can set other addresses.
TEST_F(InstanceRegionTest, UsesTheConfiguredAddresses) {
  wire_.fail(http::TransportError::Kind::kConnect);
  find({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1338/"}});
  EXPECT_EQ(url(0), "PUT http://127.0.0.1:1338/latest/api/token");
  wire_.fail(http::TransportError::Kind::kConnect);
  find({{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"}});
  EXPECT_EQ(url(1), "PUT http://[fd00:ec2::254]/latest/api/token");
  wire_.fail(http::TransportError::Kind::kConnect);
  find({{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ipv6"}});
  EXPECT_EQ(url(2), "PUT http://[fd00:ec2::254]/latest/api/token");
}

}  // namespace
}  // namespace ekiden::aws
