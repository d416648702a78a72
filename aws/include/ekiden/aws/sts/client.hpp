/// Client: the one call of AWS STS that tells whose keys these are.
#pragma once

#include <ekiden/aws/client.hpp>
#include <ekiden/aws/target.hpp>

#include <memory>
#include <string>

namespace ekiden::sts {

/// Whom AWS takes the signer of a request for.
struct CallerIdentity {
  std::string account;  ///< "123456789012"
  std::string arn;      ///< "arn:aws:sts::123456789012:assumed-role/news-task/0123456789abcdef0123456789abcdef"
  std::string user_id;
};

/// Where STS is asked: AWS_ENDPOINT_URL_STS, else the region's own endpoint. AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true
/// turns the variable off. Throws ConfigurationError. Source: AWS STS User Guide, "AWS STS Regions and endpoints".
aws::Endpoint endpoint(const std::string& region, aws::EndpointVariant variant, const aws::Environment& environment);

/// Speaks the AWS Query protocol: a form goes out, XML comes back.
class Client {
 public:
  /// All of it must outlive the client's tasks.
  Client(runtime::Env env, http::Transport& transport, std::shared_ptr<aws::CredentialsProvider> credentials,
         std::string endpoint, std::string region);

  /// Needs no permission, and no policy can forbid it. Throws aws::Error, as every client of ours does. A clock that is
  /// off by more than AWS accepts is made up for. Source: STS API Reference, "GetCallerIdentity".
  Task<CallerIdentity> get_caller_identity(aws::CallOptions options = {});

 private:
  struct Attempt;
  Task<Attempt> attempt(aws::CallOptions options);
  http::HttpRequest make_request(const aws::Credentials& credentials);
  void learn_time(const http::HttpResponse& response);

  runtime::Env env_;
  http::Transport& transport_;
  std::shared_ptr<aws::CredentialsProvider> credentials_;
  std::string endpoint_;
  aws::Sigv4 signer_;
  runtime::Duration offset_{};  ///< Of STS's time from ours, where it is too large to be overlooked.
};

}  // namespace ekiden::sts
