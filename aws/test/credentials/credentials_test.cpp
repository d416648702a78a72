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

// Goal: a key that cannot be in a header, as one that was read from a file with a line end, is named, without its
// value. It was "a request header is invalid; correct the code that makes the request".
TEST(CredentialsTest, NamesTheVariableWithALineBreak) {
  const auto with = [](std::string_view name, std::string value) {
    std::map<std::string, std::string, std::less<>> variables{{"AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"},
                                                              {"AWS_SECRET_ACCESS_KEY", "a/+b="},
                                                              {"AWS_SESSION_TOKEN", "FwoG=="}};
    variables.find(name)->second = std::move(value);
    return complaint(environment(std::move(variables)));
  };
  for (const std::string name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}) {
    EXPECT_EQ(with(name, "AKIA\n"), name + " contains a line break; remove it");
    EXPECT_EQ(with(name, "AKIA\r\n"), name + " contains a line break; remove it");
    EXPECT_EQ(with(name, "\nAKIA"), name + " contains a line break; remove it");
    EXPECT_EQ(with(name, "AK IA"), name + " contains a space; remove it");
    EXPECT_EQ(with(name, "\tAKIA"), name + " contains a control character; remove it");
    EXPECT_EQ(with(name, "AKIA\x7f"), name + " contains a control character; remove it");
    EXPECT_EQ(with(name, "AKIA\xc2\xa0"), name + " contains a character that is not ASCII; remove it");
    EXPECT_EQ(with(name, std::string("AKIA\0", 5)), name + " contains a control character; remove it");
    EXPECT_EQ(with(name, "AKIA!~"), "none");
  }
}

// Goal: the text of a wrong setting is one line, whatever the setting contains.
TEST(CredentialsTest, AConfigurationErrorIsOneLine) {
  EXPECT_STREQ(ConfigurationError("X is 'a\nb\t\x1b[31m'; \"set\" C:\\d").what(),
               "X is 'a\\nb\\t\\u001b[31m'; \"set\" C:\\d");
}

}  // namespace
}  // namespace ekiden::aws
