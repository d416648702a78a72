/// What a profile says of credentials, as a source of them.
#pragma once

#include <ekiden/aws/config/profile.hpp>
#include <ekiden/aws/credentials/refreshing_credentials.hpp>

#include <memory>
#include <string>

namespace ekiden::aws::crt {

/// What all sources of one process share.
struct ChainSeams {
  runtime::Env env;
  const Environment& environment;
  std::string region;
  std::string ca_file;
};

/// Null where the profile says nothing of credentials. Throws ConfigurationError where what it says cannot work.
std::unique_ptr<CredentialSource> profile_source(const ChainSeams& seams, const Profile& profile);

/// Throws ConfigurationError where the file that `who` names ("the token file") cannot be read.
void require_readable(const std::string& file, std::string_view who);

/// STS is spoken to on its own host only: AWS's library takes an endpoint for it as a bare host name, and https on port
/// 443. Throws ConfigurationError, which says so, where a variable names another for all services.
void require_own_sts(const Environment& environment, std::string_view who);

}  // namespace ekiden::aws::crt
