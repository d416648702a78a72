/// Makes a source of credentials from a profile.
#pragma once

#include <ekiden/aws/config/profile.hpp>
#include <ekiden/aws/credentials/refreshing_credentials.hpp>

#include <memory>
#include <string>

namespace ekiden::aws::crt {

/// Shared by all sources of a process.
struct ChainSeams {
  runtime::Env env;
  const Environment& environment;
  std::string region;
  std::string ca_file;
};

/// Null if the profile has no credentials. Throws ConfigurationError if its settings cannot work.
std::unique_ptr<CredentialSource> profile_source(const ChainSeams& seams, const Profile& profile);

/// Throws ConfigurationError if `file` cannot be read. `who` names the setting in the error.
void require_readable(const std::string& file, std::string_view who);

/// AWS's library can call STS only by a bare host name, with https on port 443. Throws ConfigurationError if a variable
/// sets another endpoint; `who` names the setting that needs STS.
void require_own_sts(const Environment& environment, std::string_view who);

}  // namespace ekiden::aws::crt
