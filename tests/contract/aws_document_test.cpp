// docs/aws.md: each row of its table has a test, and that test exists.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "document.hpp"

namespace ekiden::contract {
namespace {

// The tests of each row, by the row's first two cells.
const std::map<std::pair<std::string, std::string>, std::vector<std::string>> kTests{
    {{"AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN", ""},
     {"CredentialsTest.ReadsTheEnvironment", "ChainTest.TakesTheEnvironmentsKeysFirst"}},
    {{"AWS_PROFILE", ""}, {"ProfileTest.ReadsTheProfileThatIsNamed", "ProfileTest.TellsAbsenceFromASlip"}},
    {{"AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE", ""}, {"ProfileTest.ReadsTheFilesThatAreNamed"}},
    {{"", "aws_access_key_id, aws_secret_access_key, aws_session_token"}, {"ChainTest.TakesKeysOfAProfile"}},
    {{"", "role_arn, source_profile, external_id, role_session_name, duration_seconds"},
     {"ChainTest.AssumesARoleWithASourceProfile", "ChainTest.RefusesHalfAProfile"}},
    {{"", "role_arn, credential_source"},
     {"ChainTest.AssumesARoleWithTheContainersKeys", "ChainTest.AssumesARoleWithTheInstancesKeys",
      "ChainTest.RefusesHalfAProfile"}},
    {{"", "role_arn, web_identity_token_file"}, {"ChainTest.UsesAProfilesWebIdentity"}},
    {{"", "sso_session, sso_account_id, sso_role_name, sso_region, sso_start_url"},
     {"ChainTest.UsesAnIdentityCenterSession"}},
    {{"", "login_session"}, {"ChainTest.UsesALoginSession"}},
    {{"", "credential_process"}, {"ChainTest.RunsACredentialProcess"}},
    {{"AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME", ""}, {"ChainTest.UsesAWebIdentity"}},
    {{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", ""}, {"ContainerEndpointTest.IsTheAgentsOnEcs"}},
    {{"AWS_CONTAINER_CREDENTIALS_FULL_URI, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, AWS_CONTAINER_AUTHORIZATION_TOKEN",
      ""},
     {"ChainTest.UsesTheContainersCredentials", "ChainTest.DoesNotAskAStrangerOverPlainHttp",
      "RotatingKeysTest.LoseNothing"}},
    {{"AWS_EC2_METADATA_DISABLED", ""}, {"ChainTest.SaysWhatItLookedFor", "InstanceRegionTest.GivesUpSoon"}},
    {{"AWS_EC2_METADATA_SERVICE_ENDPOINT, AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE, AWS_EC2_METADATA_V1_DISABLED", ""},
     {"ChainTest.UsesTheInstancesRole", "InstanceMetadataTest.IsAskedAsTheVariablesSay",
      "InstanceRegionTest.UsesTheConfiguredAddresses"}},
    {{"AWS_REGION, AWS_DEFAULT_REGION", "--region, region"},
     {"TargetTest.IsAwsWhereNoEndpointIsNamed", "TargetTest.TakesFromTheProfileWhatNoVariableSays",
      "TargetTest.AsksTheMachineForItsRegionLast"}},
    {{"ECS_CONTAINER_METADATA_URI_V4", ""},
     {"InstanceRegionTest.AsksTheTaskFirst", "MemoryLimitTest.IsTheSmallestThatAnybodySets"}},
    {{"AWS_ENDPOINT_URL_SQS, AWS_ENDPOINT_URL_DYNAMODB", "services, with endpoint_url of sqs and dynamodb"},
     {"TargetTest.PrefersTheMoreSpecificEndpoint", "ProfileTest.KnowsTheEndpointsOfServices"}},
    {{"AWS_ENDPOINT_URL", "--endpoint, endpoint_url"},
     {"TargetTest.PrefersTheMoreSpecificEndpoint", "TargetTest.TakesFromTheProfileWhatNoVariableSays"}},
    {{"AWS_ENDPOINT_URL_STS", ""}, {"TargetTest.StsIsTheRegionsOrItsVariables", "ChainTest.UsesAWebIdentity"}},
    {{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"},
     {"TargetTest.PrefersTheMoreSpecificEndpoint", "TargetTest.TakesTheVariantFromVariablesAndProfile"}},
    {{"EKIDEN_LOCAL", "--local"}, {"TargetTest.IsTheLocalServerOnlyWhenToldSo"}},
    {{"AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"},
     {"TargetTest.TakesTheVariantFromVariablesAndProfile", "EndpointTest.IsTheOneOfThePartition"}},
    {{"AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"},
     {"TargetTest.TakesTheVariantFromVariablesAndProfile", "EndpointTest.IsTheOneOfThePartition"}},
    {{"EKIDEN_QUEUE", "--queue"},
     {"SqsClientTest.FindsAQueueByNameUrlOrArn", "SqsClientTest.AsksAQueueInItsRegion",
      "OptionsTest.TakesTheStrongestSource"}},
    {{"AWS_MAX_ATTEMPTS", "max_attempts"},
     {"RetryTest.ObeysTheUsersAttempts", "TargetTest.TakesFromTheProfileWhatNoVariableSays"}},
    {{"AWS_RETRY_MODE", "retry_mode"},
     {"RetryTest.AdaptiveModeSlowsDownAfterAThrottle", "TargetTest.TakesFromTheProfileWhatNoVariableSays"}},
    {{"HTTPS_PROXY, https_proxy, ALL_PROXY, NO_PROXY", ""},
     {"ProxyTest.AsksTheProxyThatTheEnvironmentNames", "ProxyTest.RespectsNoProxy",
      "ProxyTest.IsNeverAskedForWhatIsAlwaysDirect", "ProxyChoiceTest.KnowsWhatIsAlwaysDirect"}},
    {{"HTTP_PROXY, http_proxy", ""},
     {"ProxyTest.AsksTheProxyThatTheEnvironmentNames", "ProxyTest.DoesNotTakeAHeaderForAProxy"}},
    {{"AWS_CA_BUNDLE", "ca_bundle"},
     {"TlsTest.AnAuthorityOfOnesOwnIsTrusted", "TlsTest.RefusesWhomItCannotTrust",
      "TargetTest.TakesFromTheProfileWhatNoVariableSays"}},
};

// "Suite.Name" of each test in the sources.
std::set<std::string> all_tests() {
  namespace fs = std::filesystem;
  std::set<std::string> tests;
  const fs::path root = fs::path(EKIDEN_DOCS_DIR).parent_path();
  for (const char* folder : {"aws", "http", "app", "tests"}) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder)) {
      if (entry.path().extension() != ".cpp") {
        continue;
      }
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line);) {
        if (line.starts_with("TEST(") || line.starts_with("TEST_F(")) {
          const std::size_t begin = line.find('(') + 1;
          const std::size_t comma = line.find(", ", begin);
          const std::size_t end = line.find(')', comma);
          tests.insert(line.substr(begin, comma - begin) + "." + line.substr(comma + 2, end - comma - 2));
        }
      }
    }
  }
  return tests;
}

// Goal: each row of docs/aws.md has a test, and each test listed here has a row.
TEST(AwsDocumentTest, EachRowHasATestThatExists) {
  const std::set<std::string> tests = all_tests();
  std::set<std::pair<std::string, std::string>> rows;
  for (const Row& row : table("aws.md", "variable")) {
    ASSERT_EQ(row.size(), 3U) << row.front();
    const std::pair<std::string, std::string> name{row[0], row[1]};
    rows.insert(name);
    const auto found = kTests.find(name);
    ASSERT_TRUE(found != kTests.end()) << "no test is listed for: " << row[0] << " | " << row[1];
    for (const std::string& test : found->second) {
      EXPECT_TRUE(tests.contains(test)) << test << " does not exist";
    }
  }
  EXPECT_EQ(rows.size(), kTests.size()) << "a test is listed for a row that does not exist";
}

}  // namespace
}  // namespace ekiden::contract
