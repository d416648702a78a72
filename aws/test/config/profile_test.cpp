// Reading ~/.aws.
#include <ekiden/aws/config/profile.hpp>

#include <gtest/gtest.h>

#include "home_folder.hpp"

namespace ekiden::aws {
namespace {

using test::complaint;

constexpr const char* kConfig = R"([default]
region = eu-west-1

[profile dev]
region = ap-northeast-1
endpoint_url = https://all.example
services = of-dev

[services of-dev]
sqs =
  endpoint_url = https://sqs.example
)";

class ProfileTest : public testing::Test {
 protected:
  test::HomeFolder home_;
};

// Goal: the files are found where AWS's tools look for them, and AWS_PROFILE selects the profile.
TEST_F(ProfileTest, ReadsTheProfileThatIsNamed) {
  home_.write(".aws/config", kConfig);
  home_.write(".aws/credentials", "[dev]\naws_access_key_id = AKID\n");
  const Profile usual = Profile::load(home_.environment());
  EXPECT_EQ(usual.name(), "default");
  EXPECT_TRUE(usual.exists());
  EXPECT_EQ(usual.get("region"), "eu-west-1");
  EXPECT_FALSE(usual.get("aws_access_key_id"));

  const Profile dev = Profile::load(home_.environment({{"AWS_PROFILE", "dev"}}));
  EXPECT_EQ(dev.get("region"), "ap-northeast-1");
  EXPECT_EQ(dev.get("aws_access_key_id"), "AKID");
  EXPECT_EQ(dev.named("default").get("region"), "eu-west-1");
}

// Goal: variables can name other files, with ~ for the home folder.
TEST_F(ProfileTest, ReadsTheFilesThatAreNamed) {
  home_.write("elsewhere/config", "[default]\nregion = sa-east-1\n");
  const std::string credentials = home_.write("keys", "[default]\naws_access_key_id = AKID\n");
  const Profile profile = Profile::load(
      home_.environment({{"AWS_CONFIG_FILE", "~/elsewhere/config"}, {"AWS_SHARED_CREDENTIALS_FILE", credentials}}));
  EXPECT_EQ(profile.get("region"), "sa-east-1");
  EXPECT_EQ(profile.get("aws_access_key_id"), "AKID");
}

// Goal: the endpoint of a service takes precedence over the one for all services.
TEST_F(ProfileTest, KnowsTheEndpointsOfServices) {
  home_.write(".aws/config", std::string(kConfig) + "[profile lost]\nservices = nowhere\n");
  const Profile dev = Profile::load(home_.environment({{"AWS_PROFILE", "dev"}}));
  EXPECT_EQ(dev.endpoint_url("sqs"), "https://sqs.example");
  EXPECT_EQ(dev.endpoint_url("dynamodb"), "https://all.example");
  EXPECT_FALSE(dev.named("default").endpoint_url("sqs"));
  EXPECT_EQ(complaint([&] { dev.named("lost").endpoint_url("sqs"); }),
            "profile 'lost' has services = nowhere, but there is no section [services nowhere] in " +
                home_.file(".aws/config"));
}

// Goal: missing files are no error; a missing profile that AWS_PROFILE names is one.
TEST_F(ProfileTest, TellsAbsenceFromASlip) {
  const Profile none = Profile::load(home_.environment({{"AWS_CONFIG_FILE", "/dev/null"}}));
  EXPECT_FALSE(none.exists());
  EXPECT_FALSE(none.get("region"));
  EXPECT_FALSE(Profile().exists());
  EXPECT_FALSE(Profile().endpoint_url("sqs"));
  EXPECT_EQ(complaint([&] { Profile::load(home_.environment({{"AWS_PROFILE", "prod"}})); }),
            "AWS_PROFILE is 'prod', but neither " + home_.file(".aws/config") + " nor " +
                home_.file(".aws/credentials") + " has this profile");
}

}  // namespace
}  // namespace ekiden::aws
