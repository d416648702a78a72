// The credentials of a profile, fetched over real sockets.
#include "chain_fixture.hpp"

namespace ekiden::aws {
namespace {

// Goal: keys in a profile; when AWS rejects them the file is read again, because a login might have written new ones.
TEST_F(ChainTest, TakesKeysOfAProfile) {
  home_.write(".aws/credentials", "[work]\naws_access_key_id = ONE\naws_secret_access_key = secret\n");
  variables_.set("AWS_PROFILE", "work");
  const auto provider = chain();
  EXPECT_EQ(found(*provider), "ONE by profile work");
  home_.write(".aws/credentials", "[work]\naws_access_key_id = TWO\naws_secret_access_key = secret\n");
  EXPECT_EQ(found(*provider), "ONE by profile work");
  std::shared_ptr<const Credentials> refused;
  boost::asio::co_spawn(loop_, provider->get(), [&](std::exception_ptr, std::shared_ptr<const Credentials> keys) {
    refused = std::move(keys);
    loop_.stop();
  });
  loop_.restart();
  loop_.run();
  provider->reject(refused);
  EXPECT_EQ(found(*provider), "TWO by profile work");
}

// Goal: a character that cannot be in a header is reported with the key of the profile, or with the source of the keys;
// the keys themselves are not in the error.
TEST_F(ChainTest, NamesTheSourceOfAKeyThatFitsIntoNoHeader) {
  home_.write(".aws/credentials",
              "[default]\naws_access_key_id = ONE\naws_secret_access_key = secret\naws_session_token = to\x01ken\n");
  EXPECT_EQ(found(),
            "no AWS credentials: aws_session_token of profile 'default' contains a control character; remove it");
  home_.write(".aws/credentials", "[default]\naws_access_key_id = O NE\naws_secret_access_key = secret\n");
  EXPECT_EQ(found(), "no AWS credentials: aws_access_key_id of profile 'default' contains a space; remove it");
  home_.write(".aws/credentials", "");
  home_.write("keys.json",
              R"({"Version":1,"AccessKeyId":"PROCESS","SecretAccessKey":"secret","SessionToken":"t\nHost: evil"})");
  home_.write(".aws/config", "[default]\ncredential_process = cat " + home_.file("keys.json") + "\n");
  EXPECT_THAT(found(),
              HasSubstr("no AWS credentials: profile 'default' (credential_process) returned a session token that "
                        "contains a line break; run it by hand"));
}

// Goal: credential_process: the program's keys are used; if it fails, the error says how to find out why.
TEST_F(ChainTest, RunsACredentialProcess) {
  home_.write("keys.json", R"({"Version":1,"AccessKeyId":"PROCESS","SecretAccessKey":"secret","SessionToken":"t"})");
  home_.write(".aws/config", "[default]\ncredential_process = cat " + home_.file("keys.json") + "\n");
  EXPECT_EQ(found(), "PROCESS by profile default (credential_process)");
  home_.write(".aws/config", "[default]\ncredential_process = false\n");
  EXPECT_THAT(found(), HasSubstr("no AWS credentials: profile 'default' (credential_process) returned none"));
}

// Goal: a program that hangs blocks neither the loop nor a caller that was cancelled.
TEST_F(ChainTest, LeavesAProcessThatHangs) {
  home_.write(".aws/config", "[default]\ncredential_process = sleep 3 && touch " + home_.file("ended") + "\n");
  const auto provider = chain();
  std::optional<std::shared_ptr<const Credentials>> keys;
  auto note = [&](std::exception_ptr, std::optional<std::shared_ptr<const Credentials>> result) {
    keys = std::move(result);
    loop_.stop();
  };
  boost::asio::co_spawn(loop_, runtime::with_deadline(clock_, 100ms, provider->get()), note);
  loop_.run();
  EXPECT_FALSE(keys);
  EXPECT_FALSE(std::filesystem::exists(home_.file("ended")));
}

// Goal: a role is assumed at STS with the keys of another profile.
TEST_F(ChainTest, AssumesARoleWithASourceProfile) {
  home_.write(".aws/config",
              "[profile base]\n[profile news]\nrole_arn = arn:aws:iam::123456789012:role/news\n"
              "source_profile = base\nexternal_id = outside\nduration_seconds = 1800\n");
  home_.write(".aws/credentials", "[base]\naws_access_key_id = BASE\naws_secret_access_key = secret\n");
  variables_.set("AWS_PROFILE", "news");
  use_proxy();
  answer(keys_xml("AssumeRole", "ROLE"));
  EXPECT_EQ(found(), "ROLE by profile news (assumed role)");
  const FakeAws::Request asked = fake_.last("sts.us-east-1.amazonaws.com");
  EXPECT_THAT(std::string(asked[boost::beast::http::field::authorization]), HasSubstr("Credential=BASE/"));
  EXPECT_THAT(asked.body(), HasSubstr("Action=AssumeRole"));
  EXPECT_THAT(asked.body(), HasSubstr("ExternalId=outside"));
  EXPECT_THAT(asked.body(), HasSubstr("DurationSeconds=1800"));
}

// Goal: a role is assumed with the container's keys; the metadata endpoint is not reached through the proxy.
TEST_F(ChainTest, AssumesARoleWithTheContainersKeys) {
  home_.write(".aws/config",
              "[default]\nrole_arn = arn:aws:iam::123456789012:role/news\ncredential_source = EcsContainer\n");
  variables_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", fake_.url() + "/ecs");
  use_proxy();
  fake_.serve([](const FakeAws::Request& request) {
    const bool container = request.target() == "/ecs";
    return FakeAws::Reply{.status = 200, .body = container ? keys_json("TASK") : keys_xml("AssumeRole", "ROLE")};
  });
  EXPECT_EQ(found(), "ROLE by profile default (assumed role)");
  EXPECT_THAT(std::string(fake_.last("sts.")[boost::beast::http::field::authorization]), HasSubstr("Credential=TASK/"));
  EXPECT_EQ(fake_.seen().front().substr(0, 4), "GET ");
}

// Goal: a role is assumed with the instance's keys, unless the metadata service is disabled.
TEST_F(ChainTest, AssumesARoleWithTheInstancesKeys) {
  home_.write(".aws/config",
              "[default]\nrole_arn = arn:aws:iam::123456789012:role/news\ncredential_source = Ec2InstanceMetadata\n");
  variables_.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", fake_.url());
  use_proxy();
  fake_.serve([](const FakeAws::Request& request) {
    FakeAws::Reply reply;
    if (request.target() == "/latest/api/token") {
      reply.body = "TOKEN";
    } else if (request.target().starts_with("/latest/")) {
      reply.body = request.target().ends_with("/news-role") ? keys_json("INSTANCE") : "news-role";
    } else {
      reply.body = keys_xml("AssumeRole", "ROLE");
    }
    return reply;
  });
  EXPECT_EQ(found(), "ROLE by profile default (assumed role)");
  EXPECT_THAT(std::string(fake_.last("sts.")[boost::beast::http::field::authorization]),
              HasSubstr("Credential=INSTANCE/"));
  variables_.set("AWS_EC2_METADATA_DISABLED", "true");
  EXPECT_THAT(found(), HasSubstr("but AWS_EC2_METADATA_DISABLED is true"));
}

// Goal: an IAM Identity Center session uses the token that `aws sso login` stored; without one the error says what to
// run.
TEST_F(ChainTest, UsesAnIdentityCenterSession) {
  home_.write(".aws/config",
              "[profile sso]\nsso_session = company\nsso_account_id = 123456789012\nsso_role_name = Dev\n"
              "[sso-session company]\nsso_region = us-east-1\nsso_start_url = https://company.awsapps.com/start\n");
  variables_.set("AWS_PROFILE", "sso");
  use_proxy();
  answer(R"({"roleCredentials":{"accessKeyId":"SSO","secretAccessKey":"secret","sessionToken":"token","expiration":)" +
         std::to_string((std::time(nullptr) + 3600) * 1000) + "}}");
  EXPECT_THAT(found(), HasSubstr("; run: aws sso login --profile sso"));
  home_.write(".aws/sso/cache/" + hex_digest(EVP_sha1(), "company") + ".json",
              R"({"accessToken":"BEARER","expiresAt":")" + rfc3339(8h) + R"("})");
  EXPECT_EQ(found(), "SSO by profile sso (IAM Identity Center)");
  const FakeAws::Request asked = fake_.last("portal.sso.us-east-1.amazonaws.com");
  EXPECT_EQ(asked["x-amz-sso_bearer_token"], "BEARER");
  EXPECT_THAT(std::string(asked.target()), HasSubstr("role_name=Dev"));
}

// Goal: an `aws login` session uses the stored token and key; without them the error says what to run.
TEST_F(ChainTest, UsesALoginSession) {
  const std::string session = "arn:aws:sts::123456789012:assumed-role/me/me";
  home_.write(".aws/config", "[profile me]\nlogin_session = " + session + "\nregion = us-east-1\n");
  variables_.set("AWS_PROFILE", "me");
  use_proxy();
  EXPECT_THAT(found(), HasSubstr("profile 'me' (login session) returned none"));
  EXPECT_THAT(found(), HasSubstr("; run: aws login --profile me"));

  base::JsonWriter token;
  token.begin_object().key("accessToken").begin_object();
  token.field("accessKeyId", "OLD").field("secretAccessKey", "secret").field("sessionToken", "token");
  token.field("accountId", "123456789012").field("expiresAt", rfc3339(1h)).end_object();
  token.field("tokenType", "aws_sigv4").field("refreshToken", "REFRESH").field("idToken", "ID");
  token.field("clientId", "arn:aws:signin:::devtools/same-device").field("dpopKey", ec_key_pem()).end_object();
  home_.write(".aws/login/cache/" + hex_digest(EVP_sha256(), session) + ".json", token.text());
  answer(R"({"accessToken":{"accessKeyId":"LOGIN","secretAccessKey":"secret","sessionToken":"token"},)"
         R"("tokenType":"aws_sigv4","expiresIn":900,"refreshToken":"REFRESH-2"})");
  EXPECT_EQ(found(), "LOGIN by profile me (aws login)");
  EXPECT_THAT(fake_.last("us-east-1.signin.aws.amazon.com").body(), HasSubstr("REFRESH"));
}

// Goal: a web identity that is configured in a profile.
TEST_F(ChainTest, UsesAProfilesWebIdentity) {
  home_.write(".aws/config",
              "[default]\nrole_arn = arn:aws:iam::123456789012:role/pod\nrole_session_name = me\n"
              "web_identity_token_file = " +
                  home_.write("token", "JWT-2") + "\n");
  use_proxy();
  answer(keys_xml("AssumeRoleWithWebIdentity", "POD"));
  EXPECT_EQ(found(), "POD by profile default (assumed role)");
  EXPECT_THAT(fake_.last("sts.us-east-1.amazonaws.com").body(), HasSubstr("RoleSessionName=me"));
  EXPECT_THAT(fake_.last("sts.us-east-1.amazonaws.com").body(), HasSubstr("WebIdentityToken=JWT-2"));
}

// Goal: an incomplete profile is rejected; the error names the missing part.
TEST_F(ChainTest, RefusesHalfAProfile) {
  const std::pair<const char*, const char*> cases[] = {
      {"aws_access_key_id = A\n", "has only one of aws_access_key_id and aws_secret_access_key"},
      {"role_arn = r\n",
       "has role_arn, but no credentials to assume the role with; set source_profile, credential_source or"},
      {"role_arn = r\nsource_profile = lost\n", "profile 'lost' is used as a source_profile, but does not exist"},
      {"role_arn = r\nsource_profile = default\n", "is its own source_profile"},
      {"role_arn = r\ncredential_source = Environment\n", "but AWS_ACCESS_KEY_ID is not set"},
      {"role_arn = r\nweb_identity_token_file = /none\n",
       "cannot read /none (web_identity_token_file of profile 'default'): No such file or directory"},
      {"sso_session = lost\nsso_account_id = 1\nsso_role_name = r\n",
       "has sso_session = lost, but there is no section [sso-session lost]"},
      {"role_arn = r\ncredential_source = Moon\n", "has credential_source = Moon; set Environment,"},
      {"role_arn = r\nmfa_serial = m\nsource_profile = x\n", "requires an MFA code (mfa_serial)"},
      {"role_arn = r\nduration_seconds = 1\ncredential_source = Environment\n", "has duration_seconds = 1"},
  };
  for (const auto& [lines, complaint] : cases) {
    home_.write(".aws/config", "[default]\n" + std::string(lines));
    EXPECT_THAT(found(), HasSubstr(complaint)) << lines;
  }
}

}  // namespace
}  // namespace ekiden::aws
