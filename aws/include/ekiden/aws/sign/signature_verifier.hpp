/// SignatureVerifier: checks Signature Version 4 on a server.
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

/// Why a request is rejected, in AWS's words.
struct SignatureRefusal {
  std::string code;        ///< In the JSON protocols: "InvalidSignatureException".
  std::string query_code;  ///< In the Query protocol and in x-amzn-query-error: "SignatureDoesNotMatch".
  std::string message;
  int http_status = 403;  ///< Of SQS; DynamoDB uses 400 for all of them.
};

/// Checks the Authorization header. Does not support presigned URLs. Not thread-safe.
class SignatureVerifier {
 public:
  /// Returns the keys of an access key id; nothing if the id is unknown. If the keys have a session token, requests
  /// must carry it. Expired keys are rejected.
  using KeyLookup = std::function<std::optional<Credentials>(std::string_view access_key_id)>;

  explicit SignatureVerifier(KeyLookup keys);
  ~SignatureVerifier();
  SignatureVerifier(const SignatureVerifier&) = delete;
  SignatureVerifier& operator=(const SignatureVerifier&) = delete;

  /// Returns nothing if the request, as the server received it, is signed correctly: for `service` ("sqs"), with known
  /// keys, at a time within 5 minutes of `now`, with Host and every X-Amz-* header among the signed headers. Any region
  /// is accepted.
  std::optional<SignatureRefusal> verify(const http::HttpRequest& request, std::string_view service,
                                         runtime::WallTime now);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ekiden::aws
