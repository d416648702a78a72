/// ProviderSource: makes a CredentialSource of a provider of AWS's library.
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

/// How to ask a provider, and how errors describe it.
struct Manner {
  std::string name;    ///< "ECS task role"
  std::string asked;   ///< What was asked, for errors: "the container credentials endpoint http://..."
  std::string remedy;  ///< What the user should do if it fails.
  runtime::Duration deadline = std::chrono::seconds(10);
  bool blocks = false;  ///< It runs a program before it returns: call it on the library's thread.
};

/// A provider answers on its own thread, or before its call returns. The answer is posted to our loop. If a provider
/// does not answer within the deadline, its late answer is dropped.
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
