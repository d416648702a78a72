// The keys of a process, a container and an instance, fetched over real sockets.
#include "chain_fixture.hpp"

namespace ekiden::aws {
namespace {

// Goal: keys in the environment come first, and no other source is asked.
TEST_F(ChainTest, TakesTheEnvironmentsKeysFirst) {
  home_.write(".aws/credentials", "[default]\naws_access_key_id = FILE\naws_secret_access_key = secret\n");
  variables_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", fake_.url() + "/ecs");
  variables_.set("AWS_ACCESS_KEY_ID", "ENV");
  variables_.set("AWS_SECRET_ACCESS_KEY", "secret");
  EXPECT_EQ(found(), "ENV by environment variables");
  EXPECT_TRUE(fake_.seen().empty());
}

// Goal: the web identity of an EKS pod: the token file is sent to STS, unsigned, and read again each time.
TEST_F(ChainTest, UsesAWebIdentity) {
  variables_.set("AWS_WEB_IDENTITY_TOKEN_FILE", home_.write("token", "JWT-1"));
  EXPECT_THAT(found(), HasSubstr("AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not"));
  variables_.set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod");
  use_proxy();
  answer(keys_xml("AssumeRoleWithWebIdentity", "POD"));
  EXPECT_EQ(found(), "POD by web identity");
  EXPECT_THAT(fake_.last("sts.us-east-1.amazonaws.com").body(), HasSubstr("WebIdentityToken=JWT-1"));
  home_.write(".aws/credentials", "[default]\naws_access_key_id = FILE\naws_secret_access_key = secret\n");
  EXPECT_EQ(found(), "POD by web identity");
  home_.write(".aws/config",
              "[default]\nrole_arn = arn:aws:iam::123456789012:role/news\ncredential_source = Environment\n");
  EXPECT_THAT(found(), HasSubstr("profile 'default' has credential_source = Environment, but"));
  home_.write(".aws/config", "");
  variables_.set("AWS_ENDPOINT_URL", "https://emulator.example");
  EXPECT_THAT(
      found(),
      HasSubstr(
          "needs STS, which works only at AWS's own endpoint, but AWS_ENDPOINT_URL is https://emulator.example; "));
}

// Goal: the container's endpoint is asked with the token from the environment or from a file.
TEST_F(ChainTest, UsesTheContainersCredentials) {
  variables_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", fake_.url() + "/v2/credentials/id");
  variables_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc");
  answer(keys_json("TASK"));
  EXPECT_EQ(found(), "TASK by container credentials");
  EXPECT_EQ(fake_.last("/v2/credentials/id")[boost::beast::http::field::authorization], "Basic abc");
  variables_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", home_.write("auth", "from-file"));
  EXPECT_EQ(found(), "TASK by container credentials");
  EXPECT_EQ(fake_.last("/v2/credentials/id")[boost::beast::http::field::authorization], "from-file");
}

// Goal: if a restarting agent answers 503, the request is retried.
TEST_F(ChainTest, WaitsForAnAgentThatIsStarting) {
  variables_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", fake_.url() + "/ecs");
  int left = 2;
  fake_.serve([&left](const FakeAws::Request&) {
    return left-- > 0 ? FakeAws::Reply{.status = 503, .body = R"({"code":"CredentialsUninitialized"})"}
                      : FakeAws::Reply{.status = 200, .body = keys_json("TASK")};
  });
  EXPECT_EQ(found(), "TASK by container credentials");
}

// Goal: credentials are not requested over plain http from a host that is not local.
TEST_F(ChainTest, DoesNotAskAStrangerOverPlainHttp) {
  variables_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://192.0.2.1/keys");
  EXPECT_THAT(found(), HasSubstr("the container credentials endpoint http://192.0.2.1:80 returned none "
                                 "(Failed to establish connection. The specified host is not allowed"));
}

// Goal: an instance's role is fetched by IMDSv2, with a session token.
TEST_F(ChainTest, UsesTheInstancesRole) {
  variables_.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", fake_.url());
  fake_.serve([](const FakeAws::Request& request) {
    FakeAws::Reply reply;
    if (request.target() == "/latest/api/token") {
      reply.body = "TOKEN";
    } else if (request["x-aws-ec2-metadata-token"] != "TOKEN") {
      reply.status = 401;
    } else {
      reply.body = request.target().ends_with("/news-role") ? keys_json("INSTANCE") : "news-role";
    }
    return reply;
  });
  EXPECT_EQ(found(), "INSTANCE by EC2 instance role");
}

// Goal: if nothing is configured, one sentence lists the sources that were tried and says what to do.
TEST_F(ChainTest, SaysWhatItLookedFor) {
  variables_.set("AWS_EC2_METADATA_DISABLED", "true");
  EXPECT_EQ(
      found(),
      "no AWS credentials: no AWS_ACCESS_KEY_ID, no profile 'default' of ~/.aws, no EKS web identity "
      "(AWS_WEB_IDENTITY_TOKEN_FILE), no ECS task role (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI), no EC2 instance role "
      "(AWS_EC2_METADATA_DISABLED is true); set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or use "
      "--local");
}

// Goal: an endpoint that never answers times out; if the event loop ends meanwhile, AWS's thread does not use it any
// more.
TEST_F(ChainTest, OutlivesAnEndpointThatHangs) {
  variables_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", fake_.url() + "/ecs");
  fake_.serve([](const FakeAws::Request&) { return std::nullopt; });
  EXPECT_THAT(found(), HasSubstr(" did not answer within 10 s; "));
}

}  // namespace
}  // namespace ekiden::aws
