/// SignatureVerifier: the receiving end of Signature Version 4.
#pragma once

#include <ekiden/aws/credentials/credentials.hpp>
#include <ekiden/http/messages.hpp>
#include <ekiden/runtime/clock.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// Why a request is not let in, in AWS's words.
struct SignatureRefusal {
  std::string code;        ///< In the JSON protocols: "InvalidSignatureException".
  std::string query_code;  ///< In the Query protocol and in x-amzn-query-error: "SignatureDoesNotMatch".
  std::string message;
  int http_status = 403;  ///< SQS's; DynamoDB answers 400 for all of them.
};

/// Checks Authorization headers. Presigned URLs are not understood. Not thread-safe.
class SignatureVerifier {
 public:
  /// The keys of an access key id, or nothing if there are none. With a session token, requests must carry it; after
  /// their expiration they are refused.
  using KeyLookup = std::function<std::optional<Credentials>(std::string_view access_key_id)>;

  explicit SignatureVerifier(KeyLookup keys);
  ~SignatureVerifier();
  SignatureVerifier(const SignatureVerifier&) = delete;
  SignatureVerifier& operator=(const SignatureVerifier&) = delete;

  /// Nothing if `request`, as a server received it, is signed for `service` ("sqs") with known keys, at a time within
  /// 5 minutes of `now`; any region will do. Host and every X-Amz-* header must be among the signed ones.
  std::optional<SignatureRefusal> verify(const http::HttpRequest& request, std::string_view service,
                                         runtime::WallTime now);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ekiden::aws
