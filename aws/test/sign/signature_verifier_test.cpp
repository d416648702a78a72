// The verifier accepts the signatures of our signer, and rejects others in AWS's words.
#include <ekiden/aws/sign/signature_verifier.hpp>
#include <ekiden/aws/sign/sigv4.hpp>
#include <ekiden/base/calendar.hpp>
#include <ekiden/base/digest.hpp>
#include <ekiden/base/hex.hpp>

#include <gtest/gtest.h>

#include "sign/canonical.hpp"

namespace ekiden::aws {
namespace {

class SignatureVerifierTest : public testing::Test {
 protected:
  // A request as a server receives it: origin form and a Host header.
  http::HttpRequest signed_with(const Credentials& keys) {
    http::HttpRequest request;
    request.url = "/prefix/?b=2&a=1";
    request.headers = {{"Host", "localhost:4566"}, {"X-Amz-Target", "AmazonSQS.ListQueues"}};
    request.body = "{}";
    Sigv4("us-east-1", "sqs").sign(request, keys, now_);
    return request;
  }
  http::HttpRequest signed_request(const std::string& secret = "secret") {
    return signed_with({"known", secret, "", {}});
  }
  http::HttpRequest signed_in_session(const std::string& token) {
    return signed_with({"session", "secret", token, {}});
  }

  std::string refusal(const http::HttpRequest& request, runtime::WallTime now) {
    const auto refused = verifier_.verify(request, "sqs", now);
    return refused ? refused->code + ": " + refused->message : "accepted";
  }
  std::string refusal(const http::HttpRequest& request) { return refusal(request, now_); }

  http::HttpRequest with_authorization(std::string_view from, std::string_view to) {
    http::HttpRequest request = signed_request();
    std::string authorization(request.headers.find("Authorization").value());
    authorization.replace(authorization.find(from), from.size(), to);
    request.headers.set("Authorization", authorization);
    return request;
  }

  runtime::WallTime now_ = base::parse_basic_time("20260115T123456Z").value();
  runtime::WallTime session_end_ = now_ + std::chrono::minutes(3);
  SignatureVerifier verifier_{[this](std::string_view id) -> std::optional<Credentials> {
    if (id == "session") {
      return Credentials{"session", "secret", "token", session_end_};
    }
    return id == "known" ? std::optional<Credentials>({"known", "secret", "", {}}) : std::nullopt;
  }};
};

// Goal: a correct signature is accepted, with and without session token, also repeatedly.
TEST_F(SignatureVerifierTest, AcceptsWhatWasSignedWithAKnownKey) {
  EXPECT_EQ(refusal(signed_request()), "accepted");
  EXPECT_EQ(refusal(signed_in_session("token")), "accepted");
  EXPECT_EQ(refusal(signed_request(), now_ + std::chrono::minutes(5)), "accepted");
}

// Goal: a change of anything that the signature covers is detected.
TEST_F(SignatureVerifierTest, RefusesAChangedRequest) {
  http::HttpRequest body = signed_request();
  body.body = "{ }";
  http::HttpRequest query = signed_request();
  query.url = "/prefix/?b=2&a=2";
  http::HttpRequest host = signed_request();
  host.headers.set("Host", "localhost:4567");
  for (const http::HttpRequest& request : {body, query, host, signed_request("another secret")}) {
    EXPECT_EQ(refusal(request).substr(0, 71),
              "InvalidSignatureException: The request signature we calculated does not");
  }
}

// Goal: session keys need their token and expire with it; the error codes are those that make SDKs look for new keys.
TEST_F(SignatureVerifierTest, RefusesKeysWithoutTheirTokenAndAfterTheirEnd) {
  const std::string invalid = "UnrecognizedClientException: The security token included in the request is invalid.";
  EXPECT_EQ(refusal(signed_in_session("")), invalid);
  EXPECT_EQ(refusal(signed_in_session("another")), invalid);
  EXPECT_EQ(refusal(signed_with({"known", "secret", "token", {}})), invalid);

  EXPECT_EQ(refusal(signed_in_session("token"), session_end_ - std::chrono::seconds(1)), "accepted");
  const auto expired = verifier_.verify(signed_in_session("token"), "sqs", session_end_);
  ASSERT_TRUE(expired);
  EXPECT_EQ(expired->code, "ExpiredTokenException");
  EXPECT_EQ(expired->query_code, "ExpiredToken");
  EXPECT_EQ(expired->message, "The security token included in the request is expired");
}

// Goal: nobody else can add headers that control the service.
TEST_F(SignatureVerifierTest, RefusesUnsignedAmazonHeaders) {
  http::HttpRequest request = signed_request();
  request.headers.add("X-Amz-Security-Token", "added later");
  EXPECT_EQ(refusal(request),
            "InvalidSignatureException: 'x-amz-security-token' must be a 'SignedHeader' in the AWS Authorization.");
  EXPECT_EQ(refusal(with_authorization("host;", "")),
            "InvalidSignatureException: 'Host' must be a 'SignedHeader' in the AWS Authorization.");
}

// Goal: a wrong clock and a wrong key have different errors.
TEST_F(SignatureVerifierTest, RefusesTimesMoreThanFiveMinutesOff) {
  EXPECT_EQ(refusal(signed_request(), now_ + std::chrono::minutes(6)),
            "InvalidSignatureException: Signature expired: 20260115T123456Z is now earlier than 20260115T123556Z "
            "(20260115T124056Z - 5 min.)");
  EXPECT_EQ(refusal(signed_request(), now_ - std::chrono::minutes(6)),
            "InvalidSignatureException: Signature not yet current: 20260115T123456Z is still later than "
            "20260115T123356Z (20260115T122856Z + 5 min.)");
}

// Goal: each kind of wrong or missing signature has AWS's code, in both protocols.
TEST_F(SignatureVerifierTest, NamesWhatIsMissing) {
  http::HttpRequest bare = signed_request();
  bare.headers.set("Authorization", "");
  EXPECT_EQ(refusal(bare), "MissingAuthenticationTokenException: Request is missing Authentication Token");
  EXPECT_EQ(refusal(with_authorization("AWS4-HMAC-SHA256", "Basic")),
            "IncompleteSignatureException: Authorization header requires the algorithm 'AWS4-HMAC-SHA256'.");
  EXPECT_EQ(refusal(with_authorization("Signature=", "Sig=")),
            "IncompleteSignatureException: Authorization header requires 'Signature' parameter.");
  EXPECT_EQ(refusal(with_authorization("/sqs/", "/dynamodb/")),
            "InvalidSignatureException: Credential should be scoped to correct service: 'sqs'.");
  EXPECT_EQ(refusal(with_authorization("known/", "")).substr(0, 29), "IncompleteSignatureException:");

  const auto unknown = verifier_.verify(with_authorization("known", "nobody"), "sqs", now_);
  ASSERT_TRUE(unknown);
  EXPECT_EQ(unknown->code, "UnrecognizedClientException");
  EXPECT_EQ(unknown->query_code, "InvalidClientTokenId");
  EXPECT_EQ(unknown->http_status, 403);
}

}  // namespace
}  // namespace ekiden::aws
