/// StsClient: the one call of AWS STS that tells whose keys these are.
#pragma once

#include <ekiden/aws/call/service_client.hpp>
#include <ekiden/aws/config/target.hpp>

#include <memory>
#include <string>

namespace ekiden::aws::sts {

/// Whom AWS takes the signer of a request for.
struct CallerIdentity {
  std::string account;  ///< "123456789012"
  std::string arn;      ///< "arn:aws:sts::123456789012:assumed-role/news-task/0123456789abcdef0123456789abcdef"
  std::string user_id;
};

/// Speaks the AWS Query protocol: a form goes out, XML comes back.
class StsClient {
 public:
  /// All of it must outlive the client's tasks.
  StsClient(runtime::Env env, http::Transport& transport, std::shared_ptr<aws::CredentialsProvider> credentials,
            const aws::Target& target);

  /// Needs no permission, and no policy can forbid it. Throws aws::Error, as every client of ours does.
  /// Source: STS API Reference, "GetCallerIdentity".
  Task<CallerIdentity> get_caller_identity(aws::CallOptions options = {});

 private:
  aws::ServiceClient client_;
};

}  // namespace ekiden::aws::sts
