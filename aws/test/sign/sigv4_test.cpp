// The signer against AWS's published signing test suite (aws-c-auth, tests/aws-signing-test-suite/v4), and against
// whole requests for which four independent signers gave the same signature.
#include <ekiden/aws/sign/sigv4.hpp>
#include <ekiden/base/calendar.hpp>
#include <ekiden/base/digest.hpp>
#include <ekiden/base/hex.hpp>

#include <gtest/gtest.h>

#include "sign/canonical.hpp"

namespace ekiden::aws {
namespace {

const Credentials kKeys{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", {}};
constexpr std::string_view kToken = "FwoGZXIvYXdzEXAMPLETOKEN+/==";

runtime::WallTime at(std::string_view timestamp) { return base::parse_basic_time(timestamp).value(); }

http::HttpRequest make_request(std::string method, std::string url, http::Headers headers = {}, std::string body = {}) {
  http::HttpRequest request;
  request.method = std::move(method);
  request.url = std::move(url);
  request.headers = std::move(headers);
  request.body = std::move(body);
  return request;
}

std::string signature_of(const http::HttpRequest& request) {
  const std::string authorization(request.headers.find("Authorization").value());
  return authorization.substr(authorization.find("Signature=") + 10);
}

struct Vector {
  const char* name;
  http::HttpRequest request;
  std::string token;
  std::string signature;
};

http::HttpRequest suite(std::string method, const std::string& target, http::Headers headers = {},
                        std::string body = {}) {
  return make_request(std::move(method), "https://example.amazonaws.com" + target, std::move(headers), std::move(body));
}

const http::Headers kForm{{"Content-Type", "application/x-www-form-urlencoded"},
                          {"Content-Length", "13"},
                          {"x-amz-content-sha256", "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"}};
const http::Headers kFormWithCharset{
    {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
    {"Content-Length", "13"},
    {"x-amz-content-sha256", "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"}};
const std::string kUnreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const std::string kVanillaGet = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
const std::string kVanillaPost = "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b";
const std::string kVanillaPostQuery = "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11";
const std::string kStsToken =
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthA"
    "x7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY"
    "9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

// Goal: every rule of canonicalisation, as in AWS's test suite for signers.
TEST(Sigv4Test, MatchesTheOfficialSuite) {
  const std::vector<Vector> vectors{
      {"get-vanilla", suite("GET", "/"), "", kVanillaGet},
      {"get-slash-normalized", suite("GET", "//"), "", kVanillaGet},
      {"get-slash-dot-slash-normalized", suite("GET", "/./"), "", kVanillaGet},
      {"get-relative-normalized", suite("GET", "/example/.."), "", kVanillaGet},
      {"get-relative-relative-normalized", suite("GET", "/example1/example2/../.."), "", kVanillaGet},
      {"get-slash-pointless-dot-normalized", suite("GET", "/./example"), "",
       "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"},
      {"get-slashes-normalized", suite("GET", "//example//"), "",
       "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
      {"get-space-normalized", suite("GET", "/example space/"), "",
       "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
      {"get-utf8", suite("GET", "/\xE1\x88\xB4"), "",
       "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
      {"get-vanilla-utf8-query", suite("GET", "/?\xE1\x88\xB4=bar"), "",
       "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
      {"get-vanilla-query-order-encoded", suite("GET", "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1"), "",
       "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"},
      {"get-vanilla-query-order-key-case", suite("GET", "/?Param2=value2&Param1=value1"), "",
       "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
      {"get-vanilla-query-unreserved", suite("GET", "/?" + kUnreserved + "=" + kUnreserved), "",
       "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
      {"get-header-key-duplicate",
       suite("GET", "/", {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}}), "",
       "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
      {"get-header-value-order",
       suite("GET", "/",
             {{"My-Header1", "value4"}, {"My-Header1", "value1"}, {"My-Header1", "value3"}, {"My-Header1", "value2"}}),
       "", "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
      {"get-header-value-trim", suite("GET", "/", {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}}), "",
       "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
      {"get-header-value-multiline", suite("GET", "/", {{"My-Header1", "value1\n  value2\n     value3"}}), "",
       "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd"},
      {"get-unreserved", suite("GET", "/" + kUnreserved), "",
       "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
      {"get-vanilla-query", suite("GET", "/"), "", kVanillaGet},
      {"get-vanilla-empty-query-key", suite("GET", "/?Param1=value1"), "",
       "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
      {"get-vanilla-with-session-token", suite("GET", "/"),
       "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267",
       "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"},
      {"post-vanilla", suite("POST", "/"), "", kVanillaPost},
      {"post-header-key-case", suite("POST", "/"), "", kVanillaPost},
      {"post-sts-header-after", suite("POST", "/"), "", kVanillaPost},  // Its token is added after signing.
      {"post-header-key-sort", suite("POST", "/", {{"My-Header1", "value1"}}), "",
       "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
      {"post-header-value-case", suite("POST", "/", {{"My-Header1", "VALUE1"}}), "",
       "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
      {"post-sts-header-before", suite("POST", "/"), kStsToken,
       "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
      {"post-vanilla-query", suite("POST", "/?Param1=value1"), "", kVanillaPostQuery},
      {"post-vanilla-empty-query-value", suite("POST", "/?Param1=value1"), "", kVanillaPostQuery},
      {"post-x-www-form-urlencoded", suite("POST", "/", kForm, "Param1=value1"), "",
       "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b"},
      {"post-x-www-form-urlencoded-parameters", suite("POST", "/", kFormWithCharset, "Param1=value1"), "",
       "328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422"},
  };
  Sigv4 signer("us-east-1", "service");
  for (const Vector& vector : vectors) {
    Credentials keys = kKeys;
    keys.session_token = vector.token;
    http::HttpRequest request = vector.request;
    signer.sign(request, keys, at("20150830T123600Z"));
    EXPECT_EQ(signature_of(request), vector.signature) << vector.name;
  }
}

std::string hex(const base::DigestValue& digest) {
  std::string text;
  base::append_hex(text, digest);
  return text;
}

// Goal: the cause of a wrong signature can be found. Method: compares each intermediate result of a whole request.
TEST(Sigv4Test, DerivesEachIntermediateOfAReceiveMessage) {
  base::Digest sha = base::Digest::sha256();
  const std::string body =
      R"({"QueueUrl":"https://sqs.us-east-1.amazonaws.com/123456789012/orders","MaxNumberOfMessages":10,)"
      R"("WaitTimeSeconds":20,"MessageSystemAttributeNames":["All"]})";
  const std::string body_hash = hex(sha.of(body));
  EXPECT_EQ(body_hash, "2d535cc3d187bc9b8fa23b875e1a731142bffd95c13a410fbb8fef85df430af8");

  std::vector<SignedHeader> headers{{"host", "sqs.us-east-1.amazonaws.com"},
                                    {"x-amz-target", "AmazonSQS.ReceiveMessage"},
                                    {"x-amz-date", "20260115T123456Z"},
                                    {"content-type", "application/x-amz-json-1.0"}};
  sort_headers(headers);
  std::string canonical;
  append_canonical_request(canonical, "POST", split_url("https://sqs.us-east-1.amazonaws.com/"), headers, body_hash);
  EXPECT_EQ(canonical,
            "POST\n/\n\ncontent-type:application/x-amz-json-1.0\nhost:sqs.us-east-1.amazonaws.com\n"
            "x-amz-date:20260115T123456Z\nx-amz-target:AmazonSQS.ReceiveMessage\n\n"
            "content-type;host;x-amz-date;x-amz-target\n" +
                body_hash);
  const base::DigestValue canonical_hash = sha.of(canonical);
  EXPECT_EQ(hex(canonical_hash), "9e9c7a54c1169d4f091d30b93c235d0fca6d1b78536c15b529afb2f4240cad9f");

  const base::DigestValue date = sha.hmac("AWS4" + kKeys.secret_access_key, "20260115");
  EXPECT_EQ(hex(date), "3b871eb9be3e2866e4451da9d2a59e078c9535db363972684d5ce611285d3bea");
  const base::DigestValue region = sha.hmac(date, "us-east-1");
  EXPECT_EQ(hex(region), "6eb6a882a13bb16f880bede1e99cbdcc584a50d19c4562a95391ab297d619526");
  const base::DigestValue service = sha.hmac(region, "sqs");
  EXPECT_EQ(hex(service), "2ec2fd720b58c4cb7ece3b911077c37394e3eb8039b69e19f6c7a9b3c4353f4f");
  const base::DigestValue key = signing_key(sha, kKeys.secret_access_key, "20260115", "us-east-1", "sqs");
  EXPECT_EQ(hex(key), "4cd0b7cd0abe54a19860da2e8fcfb0987faa2ddcfbe014bc2f12f75fa3349311");

  std::string to_sign;
  append_string_to_sign(to_sign, "20260115T123456Z", "20260115/us-east-1/sqs/aws4_request", canonical_hash);
  EXPECT_EQ(hex(sha.hmac(key, to_sign)), "b911c264eafd8fa3a86ea85f0f371ae00ba694614b84da0aebdefff42ca6d362");
}

const http::Headers kReceiveHeaders{{"Content-Type", "application/x-amz-json-1.0"},
                                    {"X-Amz-Target", "AmazonSQS.ReceiveMessage"}};

http::HttpRequest receive_request() {
  return make_request(
      "POST", "https://sqs.us-east-1.amazonaws.com/", kReceiveHeaders,
      R"({"QueueUrl":"https://sqs.us-east-1.amazonaws.com/123456789012/orders","MaxNumberOfMessages":10,)"
      R"("WaitTimeSeconds":20,"MessageSystemAttributeNames":["All"]})");
}

// Goal: a request to SQS has the headers that AWS expects.
TEST(Sigv4Test, SignsAReceiveMessage) {
  Sigv4 signer("us-east-1", "sqs");
  http::HttpRequest request = receive_request();
  signer.sign(request, kKeys, at("20260115T123456Z"));
  EXPECT_EQ(request.headers.find("X-Amz-Date"), "20260115T123456Z");
  EXPECT_FALSE(request.headers.find("X-Amz-Security-Token"));
  EXPECT_EQ(request.headers.find("Authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/us-east-1/sqs/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
            "Signature=b911c264eafd8fa3a86ea85f0f371ae00ba694614b84da0aebdefff42ca6d362");
}

// Goal: session tokens are signed, and bodies are hashed as bytes.
TEST(Sigv4Test, SignsAPutItemWithSessionToken) {
  Sigv4 signer("eu-west-1", "dynamodb");
  const http::Headers headers{{"Content-Type", "application/x-amz-json-1.0"},
                              {"X-Amz-Target", "DynamoDB_20120810.PutItem"}};
  http::HttpRequest request =
      make_request("POST", "https://dynamodb.eu-west-1.amazonaws.com/", headers,
                   "{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"m-1\"},\"note\":{\"S\":\"caf\xC3\xA9\"}},"
                   "\"ConditionExpression\":\"attribute_not_exists(pk)\"}");
  Credentials keys = kKeys;
  keys.session_token = kToken;
  signer.sign(request, keys, at("20260228T235959Z"));
  EXPECT_EQ(signature_of(request), "202c2220122e82552eeaf08c4bdcaa7713d26c31443d7853a561e73b01f85df5");
}

// Goal: a port that is not the scheme's default is part of the signed host.
TEST(Sigv4Test, SignsALocalEndpointWithItsPort) {
  Sigv4 signer("us-east-1", "sqs");
  const http::Headers headers{{"Content-Type", "application/x-amz-json-1.0"}, {"X-Amz-Target", "AmazonSQS.ListQueues"}};
  http::HttpRequest request = make_request("POST", "http://localhost:9324", headers, "{}");
  Credentials keys = kKeys;
  keys.session_token = kToken;
  signer.sign(request, keys, at("20260115T123456Z"));
  EXPECT_EQ(signature_of(request), "19cc0e6170b12196eb4e1962d6125e453315ef93be19a6782fc1c2b3053fc8c5");
}

// Goal: the cached key is not used after its day or for another secret. Method: compares one signer with new ones.
TEST(Sigv4Test, DerivesAnotherKeyForAnotherDayOrSecret) {
  Sigv4 reused("us-east-1", "sqs");
  Credentials rotated = kKeys;
  rotated.secret_access_key = "another";
  const std::vector<std::pair<Credentials, std::string>> steps{
      {kKeys, "20260115T235959Z"}, {kKeys, "20260116T000000Z"}, {rotated, "20260116T000000Z"}};
  std::vector<std::string> signatures;
  for (const auto& [keys, time] : steps) {
    http::HttpRequest request = receive_request();
    reused.sign(request, keys, at(time));
    http::HttpRequest expected = receive_request();
    Sigv4("us-east-1", "sqs").sign(expected, keys, at(time));
    EXPECT_EQ(signature_of(request), signature_of(expected)) << time;
    signatures.push_back(signature_of(request));
  }
  EXPECT_NE(signatures[1], signatures[2]);
}

// Goal: headers that a proxy can change are not signed; signing twice replaces the first signature.
TEST(Sigv4Test, LeavesHopHeadersUnsignedAndReplacesItsOwn) {
  Sigv4 signer("us-east-1", "sqs");
  http::HttpRequest request = receive_request();
  request.headers.add("User-Agent", "ekiden");
  request.headers.add("Connection", "keep-alive");
  signer.sign(request, kKeys, at("20260115T000000Z"));
  signer.sign(request, kKeys, at("20260115T123456Z"));
  EXPECT_EQ(signature_of(request), "b911c264eafd8fa3a86ea85f0f371ae00ba694614b84da0aebdefff42ca6d362");
  EXPECT_EQ(request.headers.size(), 6U);
}

// Goal: timestamps read back unchanged; invalid ones are rejected.
TEST(Sigv4Test, ReadsOnlyWholeTimestamps) {
  EXPECT_EQ(base::format_basic_time(at("20260228T235959Z")), "20260228T235959Z");
  for (const char* text : {"", "20260230T000000Z", "20260228T240000Z", "2026022T2359590Z", "20260228T23-959Z",
                           "99990101T000000Z", "20260228 235959Z"}) {
    EXPECT_FALSE(base::parse_basic_time(text)) << text;
  }
}

}  // namespace
}  // namespace ekiden::aws
