/// ProviderSource: a provider of AWS's library as a CredentialSource.
#pragma once

#include <ekiden/aws/credentials/refreshing_credentials.hpp>
#include <ekiden/runtime/env.hpp>

#include <aws/auth/credentials.h>

#include <memory>
#include <string>

namespace ekiden::aws::crt {

struct ReleaseProvider {
  void operator()(aws_credentials_provider* provider) const { aws_credentials_provider_release(provider); }
};
using Provider = std::unique_ptr<aws_credentials_provider, ReleaseProvider>;

/// How a provider is asked.
struct Manner {
  std::string name;    ///< "ECS task role"
  std::string asked;   ///< What is asked, for errors: "the container's credentials endpoint http://..."
  std::string remedy;  ///< What a person does where it fails.
  runtime::Duration deadline = std::chrono::seconds(10);
  bool blocks = false;  ///< It runs a program before it returns: to be called on the library's thread.
};

/// A provider answers from its own thread, or before the call returns; either way the answer is taken to our loop.
/// A provider that does not answer within the deadline is left alone: its answer then finds nobody.
class ProviderSource final : public CredentialSource {
 public:
  ProviderSource(runtime::Env env, Provider provider, Manner manner);

  Task<Credentials> fetch() override;
  std::string_view name() const override { return manner_.name; }

 private:
  runtime::Env env_;
  Provider provider_;
  Manner manner_;
};

}  // namespace ekiden::aws::crt
