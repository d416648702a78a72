/// Sigv4: signs requests with AWS Signature Version 4.
#pragma once

#include <ekiden/aws/credentials/credentials.hpp>
#include <ekiden/http/messages.hpp>
#include <ekiden/runtime/clock.hpp>

#include <memory>
#include <string>

namespace ekiden::aws {

/// Signs for one service in one region, for example "sqs" in "us-east-1". The signing key is derived once for each
/// access key and day; a request then costs three short hashes. Not thread-safe: each event loop has its own.
///
/// Source: IAM User Guide, "Create a signed AWS API request".
class Sigv4 {
 public:
  Sigv4(std::string region, std::string service);
  ~Sigv4();
  Sigv4(Sigv4&&) noexcept;
  Sigv4& operator=(Sigv4&&) noexcept;

  /// Adds X-Amz-Date, X-Amz-Security-Token (if the keys have one) and Authorization.
  ///
  /// Signs Host and every other header, except those that proxies and transports change (Connection, Expect,
  /// User-Agent, X-Amzn-Trace-Id and similar). Host comes from the Host header, or else from an absolute URL.
  /// X-Amz-Content-Sha256, if present, is used as the hash of the body.
  ///
  /// Do not change a signed request. Sign again before a retry: AWS rejects timestamps that are more than 5 minutes
  /// off.
  void sign(http::HttpRequest& request, const Credentials& credentials, runtime::WallTime when);

  const std::string& region() const;
  const std::string& service() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ekiden::aws
