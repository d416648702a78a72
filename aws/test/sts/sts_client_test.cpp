// The requests and answers of STS. There is no STS to call in tests: the answers are copied from its API reference.
#include <ekiden/aws/sts/client.hpp>
#include <ekiden/base/calendar.hpp>

#include "call/scripted_transport.hpp"
#include "call/xml.hpp"

namespace ekiden::aws::sts {
namespace {

using namespace std::chrono_literals;

// Goal: each entity is read once, in time that grows with the text. Method: a megabyte of entities, whose cost was
// quadratic.
TEST(XmlTest, ReadsEntitiesOnce) {
  EXPECT_EQ(xml_element("<a>&amp;lt;&lt;&#38;&unknown; & &quot;&apos;&gt;&</a>", "a"), "&lt;<&#38;&unknown; & \"'>&");
  EXPECT_EQ(xml_element("<a></a>", "a"), "");
  EXPECT_EQ(xml_element("<a>x", "a"), "");
  std::string entities;
  for (int i = 0; i < 250'000; ++i) {
    entities += "&lt;";
  }
  EXPECT_EQ(xml_element("<a>" + entities + "</a>", "a"), std::string(250'000, '<'));
}

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
    return base::format_http_date(std::chrono::floor<std::chrono::seconds>(loop_.clock().wall_now() + offset));
  }

  std::shared_ptr<aws::CredentialsProvider> keys_ =
      std::make_shared<aws::StaticCredentials>(aws::Credentials{"id", "secret", "token", std::nullopt});
  static aws::Target target() {
    aws::Target target;
    target.region = "eu-west-1";
    target.sts = aws::own_endpoint("sts", target.region, {});
    return target;
  }

  aws::Target target_ = target();
  StsClient client_{loop_.env(), wire_, keys_, target_};
};

// Goal: the three fields are read; the request has the form of the API reference and is signed for STS.
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
  EXPECT_FALSE(request.headers.find("X-Amz-Target"));
}

// Goal: an error has its code and is not retried.
TEST_F(StsClientTest, ARefusalHasItsCode) {
  wire_.answer(403, kRefused);
  const aws::Error::Facts facts = failure();
  EXPECT_EQ(facts.code, "InvalidClientTokenId");
  EXPECT_EQ(facts.message, "The security token included in the request is invalid.");
  EXPECT_EQ(facts.request_id, "r-2");
  EXPECT_EQ(facts.http_status, 403);
  EXPECT_EQ(facts.operation, "sts.GetCallerIdentity");
  EXPECT_TRUE(facts.credentials);
  EXPECT_EQ(wire_.requests().size(), 1U);
}

// Goal: a transient failure is retried a limited number of times.
TEST_F(StsClientTest, TransientFailuresAreTriedAgain) {
  wire_.answer(503, "busy");
  wire_.fail(http::TransportError::Kind::kReset);
  wire_.answer(200, kIdentity);
  EXPECT_EQ(loop_.run(client_.get_caller_identity()).account, "123456789012");

  wire_.fail(http::TransportError::Kind::kConnect);
  wire_.fail(http::TransportError::Kind::kConnect);
  EXPECT_EQ(failure({.attempts = 2}).code, aws::codes::kConnectionFailed);
  EXPECT_EQ(wire_.left(), 0U);
}

// Goal: an answer with another form gives no identity.
TEST_F(StsClientTest, AnAnswerWithoutIdentityIsRefused) {
  for (const char* body : {"", "<html>welcome</html>", "<Arn>arn:aws:iam::1:root"}) {
    wire_.answer(200, body);
    EXPECT_EQ(failure().code, aws::codes::kInvalidResponse) << body;
  }
}

// Goal: a wrong clock is corrected, once. Method: the second signature has STS's time.
TEST_F(StsClientTest, AClockThatIsOffIsMadeUpFor) {
  wire_.answer(403, kExpired, {{"Date", date_after(10min)}});
  wire_.answer(200, kIdentity, {{"Date", date_after(10min)}});
  EXPECT_EQ(loop_.run(client_.get_caller_identity({.attempts = 1})).account, "123456789012");
  EXPECT_EQ(wire_.requests().at(0).headers.find("X-Amz-Date"), "20161219T000000Z");
  EXPECT_EQ(wire_.requests().at(1).headers.find("X-Amz-Date"), "20161219T001000Z");
}

TEST_F(StsClientTest, AClockIsMadeUpForOnce) {
  wire_.answer(403, kExpired, {{"Date", date_after(10min)}});
  wire_.answer(403, kExpired, {{"Date", date_after(20min)}});
  EXPECT_EQ(failure().code, "SignatureDoesNotMatch");
  EXPECT_EQ(wire_.requests().size(), 2U);
}

// Goal: an old answer of a cache, or one that no wrong clock explains, does not change the offset.
TEST_F(StsClientTest, OnlyAFreshRefusalTellsTheTime) {
  wire_.answer(403, kExpired, {{"Date", date_after(10min)}, {"Age", "600"}});
  EXPECT_EQ(failure().code, "SignatureDoesNotMatch");
  wire_.answer(404, "", {{"Date", date_after(10min)}});
  EXPECT_EQ(failure().code, aws::codes::kUnexpectedStatus);
  EXPECT_EQ(wire_.requests().size(), 2U);
  EXPECT_EQ(keys_->clock_skew().offset(), 0s);
}

// Goal: the other clients of the process use the clock offset that STS's answer showed.
TEST_F(StsClientTest, TheTimeIsLearnedForAll) {
  wire_.answer(403, kExpired, {{"Date", date_after(10min)}});
  wire_.answer(200, kIdentity);
  loop_.run(client_.get_caller_identity());
  EXPECT_EQ(keys_->clock_skew().offset(), 10min);
}

// Goal: missing keys are an Error, as in every client, so the caller need not know about providers.
TEST_F(StsClientTest, NoKeysAreAnError) {
  class None final : public aws::CredentialsProvider {
   public:
    Task<std::shared_ptr<const aws::Credentials>> get() override {
      throw aws::ConfigurationError("no AWS credentials: set some");
      co_return nullptr;
    }
    std::string_view name() const override { return "none"; }
  };
  StsClient client(loop_.env(), wire_, std::make_shared<None>(), target_);
  try {
    loop_.run(client.get_caller_identity());
    FAIL() << "there were keys";
  } catch (const aws::Error& error) {
    EXPECT_TRUE(error.is(aws::codes::kNoCredentials)) << error.what();
    EXPECT_TRUE(error.facts().credentials);
  }
  EXPECT_TRUE(wire_.requests().empty());
}

}  // namespace
}  // namespace ekiden::aws::sts
