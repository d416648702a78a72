/// AwsSetup: whom a program talks to, and as whom.
#pragma once

#include <ekiden/app/options.hpp>
#include <ekiden/app/process.hpp>
#include <ekiden/aws/config/profile.hpp>
#include <ekiden/aws/config/target.hpp>
#include <ekiden/aws/credentials/credentials.hpp>

#include <memory>

namespace ekiden::app {

struct AwsSetup {
  aws::Target target;
  std::shared_ptr<aws::CredentialsProvider> credentials;
};

/// From flags, variables, the profile and the machine, as AWS's tools find them; for a target on this machine profile
/// and machine are not asked. The process trusts what AWS_CA_BUNDLE says from then on: to be called before its
/// transport is. May ask the instance for its region, for up to some seconds. Throws aws::ConfigurationError.
AwsSetup aws_setup(Process& process, const Options& options);

/// Its parts, for who must go on where one of them fails. An empty profile for a target on this machine.
aws::Profile find_profile(const aws::TargetOptions& wanted);
aws::Target find_target(Process& process, const aws::TargetOptions& wanted, const aws::Profile& profile);
std::shared_ptr<aws::CredentialsProvider> find_credentials(Process& process, const aws::Target& target,
                                                           const aws::Profile& profile);

}  // namespace ekiden::app
