// How STS is asked and how its answers are taken. There is no STS here to talk to: the answers are those of its API
// reference, word for word.
#include <ekiden/aws/sts/client.hpp>
#include <ekiden/http/date.hpp>

#include <map>

#include "scripted_transport.hpp"

namespace ekiden::sts {
namespace {

using namespace std::chrono_literals;

constexpr const char* kIdentity = R"(<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Arn>arn:aws:sts::123456789012:assumed-role/news&amp;more/i-0123456789abcdef0</Arn>
    <UserId>AROA123456789EXAMPLE:i-0123456789abcdef0</UserId>
    <Account>123456789012</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata>
</GetCallerIdentityResponse>)";
constexpr const char* kRefused = R"(<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error><Type>Sender</Type><Code>InvalidClientTokenId</Code>
  <Message>The security token included in the request is invalid.</Message></Error>
  <RequestId>r-2</RequestId></ErrorResponse>)";
constexpr const char* kExpired = R"(<ErrorResponse><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code>
  <Message>Signature expired: 20161219T000000Z is now earlier than 20161219T000500Z</Message></Error></ErrorResponse>)";

class StsClientTest : public aws::ScriptedTest {
 protected:
  aws::Error::Facts failure(aws::CallOptions options = {}) {
    try {
      loop_.run(client_.get_caller_identity(options));
    } catch (const aws::Error& error) {
      return error.facts();
    }
    return {};
  }

  std::string date_after(std::chrono::seconds offset) {
    return http::format_date(std::chrono::floor<std::chrono::seconds>(loop_.clock().wall_now() + offset));
  }

  std::shared_ptr<aws::CredentialsProvider> keys_ =
      std::make_shared<aws::StaticCredentials>(aws::Credentials{"id", "secret", "token", std::nullopt});
  Client client_{loop_.env(), wire_, keys_, "https://sts.eu-west-1.amazonaws.com", "eu-west-1"};
};

// Goal: the three fields are read, and the request is the form that the API reference names, signed for STS.
TEST_F(StsClientTest, TellsWhoseKeysTheseAre) {
  wire_.answer(200, kIdentity);
  const CallerIdentity identity = loop_.run(client_.get_caller_identity());
  EXPECT_EQ(identity.arn, "arn:aws:sts::123456789012:assumed-role/news&more/i-0123456789abcdef0");
  EXPECT_EQ(identity.account, "123456789012");
  EXPECT_EQ(identity.user_id, "AROA123456789EXAMPLE:i-0123456789abcdef0");
  const http::HttpRequest& request = wire_.requests().at(0);
  EXPECT_EQ(request.url, "https://sts.eu-west-1.amazonaws.com/");
  EXPECT_EQ(request.body, "Action=GetCallerIdentity&Version=2011-06-15");
  EXPECT_EQ(request.headers.find("Content-Type"), "application/x-www-form-urlencoded; charset=utf-8");
  EXPECT_TRUE(request.headers.find("Authorization")->find("/eu-west-1/sts/aws4_request") != std::string_view::npos);
  EXPECT_EQ(request.headers.find("X-Amz-Security-Token"), "token");
}

// Goal: a refusal has its code, and is not tried again.
TEST_F(StsClientTest, ARefusalHasItsCode) {
  wire_.answer(403, kRefused);
  const aws::Error::Facts facts = failure();
  EXPECT_EQ(facts.code, "InvalidClientTokenId");
  EXPECT_EQ(facts.message, "The security token included in the request is invalid.");
  EXPECT_EQ(facts.request_id, "r-2");
  EXPECT_EQ(facts.http_status, 403);
  EXPECT_EQ(facts.operation, "sts.GetCallerIdentity");
  EXPECT_EQ(wire_.requests().size(), 1U);
}

// Goal: what may pass is tried again, a bounded number of times.
TEST_F(StsClientTest, TransientFailuresAreTriedAgain) {
  wire_.answer(503, "busy");
  wire_.fail(http::TransportError::Kind::kReset);
  wire_.answer(200, kIdentity);
  EXPECT_EQ(loop_.run(client_.get_caller_identity()).account, "123456789012");

  wire_.fail(http::TransportError::Kind::kConnect);
  wire_.fail(http::TransportError::Kind::kConnect);
  EXPECT_EQ(failure({.attempts = 2, .deadline = std::nullopt}).code, aws::codes::kConnectionFailed);
  EXPECT_EQ(wire_.left(), 0U);
}

// Goal: an answer that is none of STS's is no identity.
TEST_F(StsClientTest, AnAnswerWithoutIdentityIsRefused) {
  for (const char* body : {"", "<html>welcome</html>", "<Arn>arn:aws:iam::1:root"}) {
    wire_.answer(200, body);
    EXPECT_EQ(failure().code, aws::codes::kInvalidResponse) << body;
  }
}

// Goal: a clock that is off is made up for, once. Method: the second signature's time is STS's.
TEST_F(StsClientTest, AClockThatIsOffIsMadeUpFor) {
  wire_.answer(403, kExpired, {{"Date", date_after(10min)}});
  wire_.answer(200, kIdentity, {{"Date", date_after(10min)}});
  EXPECT_EQ(loop_.run(client_.get_caller_identity({.attempts = 1, .deadline = std::nullopt})).account, "123456789012");
  EXPECT_EQ(wire_.requests().at(0).headers.find("X-Amz-Date"), "20161219T000000Z");
  EXPECT_EQ(wire_.requests().at(1).headers.find("X-Amz-Date"), "20161219T001000Z");
}

TEST_F(StsClientTest, AClockIsMadeUpForOnce) {
  wire_.answer(403, kExpired, {{"Date", date_after(10min)}});
  wire_.answer(403, kExpired, {{"Date", date_after(20min)}});
  EXPECT_EQ(failure().code, "SignatureDoesNotMatch");
  EXPECT_EQ(wire_.requests().size(), 2U);
}

// Goal: STS is asked where the region has it, or where its own variable says.
TEST(StsEndpointTest, IsTheRegionsOrTheVariables) {
  std::map<std::string, std::string, std::less<>> variables;
  const aws::Environment environment = [&variables](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
  EXPECT_EQ(endpoint("eu-west-1", {}, environment).url, "https://sts.eu-west-1.amazonaws.com");
  EXPECT_FALSE(endpoint("eu-west-1", {}, environment).configured);
  EXPECT_EQ(endpoint("cn-north-1", {}, environment).url, "https://sts.cn-north-1.amazonaws.com.cn");
  variables["AWS_ENDPOINT_URL_STS"] = "http://127.0.0.1:9999/";
  EXPECT_EQ(endpoint("eu-west-1", {}, environment).url, "http://127.0.0.1:9999");
  EXPECT_TRUE(endpoint("eu-west-1", {}, environment).configured);
  variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  EXPECT_EQ(endpoint("eu-west-1", {}, environment).url, "https://sts.eu-west-1.amazonaws.com");
  variables = {{"AWS_ENDPOINT_URL_STS", "sts.example"}};
  EXPECT_THROW(endpoint("eu-west-1", {}, environment), aws::ConfigurationError);
}

}  // namespace
}  // namespace ekiden::sts
