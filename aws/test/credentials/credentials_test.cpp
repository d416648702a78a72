// Keys from the environment.
#include <ekiden/aws/credentials/credentials.hpp>

#include <gtest/gtest.h>

#include <map>

namespace ekiden::aws {
namespace {

Environment environment(std::map<std::string, std::string, std::less<>> variables) {
  return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
}

std::string complaint(const Environment& variables) {
  try {
    credentials_from_environment(variables);
  } catch (const ConfigurationError& error) {
    return error.what();
  }
  return "none";
}

// Goal: the three variables of the AWS SDKs are read; empty ones count as unset.
TEST(CredentialsTest, ReadsTheEnvironment) {
  const auto found = credentials_from_environment(
      environment({{"AWS_ACCESS_KEY_ID", "id"}, {"AWS_SECRET_ACCESS_KEY", "secret"}, {"AWS_SESSION_TOKEN", "token"}}));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->access_key_id, "id");
  EXPECT_EQ(found->secret_access_key, "secret");
  EXPECT_EQ(found->session_token, "token");
  EXPECT_FALSE(credentials_from_environment(environment({{"AWS_ACCESS_KEY_ID", ""}})));
}

// Goal: if one key is missing, the error names it.
TEST(CredentialsTest, RefusesHalfAKey) {
  EXPECT_EQ(complaint(environment({{"AWS_ACCESS_KEY_ID", "id"}, {"AWS_SECRET_ACCESS_KEY", ""}})),
            "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not; set both, or neither");
  EXPECT_EQ(complaint(environment({{"AWS_SECRET_ACCESS_KEY", "secret"}})),
            "AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID is not; set both, or neither");
}

}  // namespace
}  // namespace ekiden::aws
