#include <ekiden/aws/sts/client.hpp>

#include <utility>

#include "call/xml.hpp"

namespace ekiden::aws::sts {
namespace {

constexpr aws::ServiceSpec kService{.name = "sts", .target_prefix = {}, .retries = {}, .is_query = true};

}  // namespace

StsClient::StsClient(runtime::Env env, http::Transport& transport,
                     std::shared_ptr<aws::CredentialsProvider> credentials, const aws::Target& target)
    : client_(env, transport, std::move(credentials), kService, target.sts.url, target) {}

Task<CallerIdentity> StsClient::get_caller_identity(aws::CallOptions options) {
  aws::Call call;
  call.operation = "GetCallerIdentity";
  call.body = "Action=GetCallerIdentity&Version=2011-06-15";
  call.options = options;
  const aws::CallAnswer answer = co_await client_.call(std::move(call));
  CallerIdentity identity{aws::xml_element(answer.body, "Account"), aws::xml_element(answer.body, "Arn"),
                          aws::xml_element(answer.body, "UserId")};
  if (identity.arn.empty()) {
    aws::ServiceClient::refuse(answer, "the answer contains no identity");
  }
  co_return identity;
}

}  // namespace ekiden::aws::sts
