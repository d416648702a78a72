/// StsClient: asks AWS STS which identity the keys belong to.
#pragma once

#include <ekiden/aws/call/service_client.hpp>
#include <ekiden/aws/config/target.hpp>

#include <memory>
#include <string>

namespace ekiden::aws::sts {

/// The identity that signed a request.
struct CallerIdentity {
  std::string account;  ///< "123456789012"
  std::string arn;      ///< "arn:aws:sts::123456789012:assumed-role/news-task/0123456789abcdef0123456789abcdef"
  std::string user_id;
};

/// Uses the AWS Query protocol: form parameters in the request, XML in the answer.
class StsClient {
 public:
  /// `transport` and the parts of `env` must outlive the client's tasks.
  StsClient(runtime::Env env, http::Transport& transport, std::shared_ptr<aws::CredentialsProvider> credentials,
            const aws::Target& target);

  /// Needs no permission, and no policy can deny it. Throws aws::Error.
  /// Source: STS API Reference, "GetCallerIdentity".
  Task<CallerIdentity> get_caller_identity(aws::CallOptions options = {});

 private:
  aws::ServiceClient client_;
};

}  // namespace ekiden::aws::sts
