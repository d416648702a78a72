/// AwsSetup: which AWS endpoints a program calls, and with which credentials.
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

/// Finds both from flags, variables, the profile and the machine, in the order that AWS's own tools use. For a target
/// on this machine (--local) it reads neither the profile nor the machine's metadata. It can ask the EC2 instance for
/// its region, which takes up to some seconds.
///
/// Call it before Process::transport(): it sets the certificates that the process trusts (AWS_CA_BUNDLE).
/// Throws aws::ConfigurationError.
AwsSetup aws_setup(Process& process, const Options& options);

/// The steps of aws_setup(), for callers that continue after one of them has failed. For a target on this machine the
/// profile is empty.
aws::Profile find_profile(const aws::TargetOptions& wanted);
aws::Target find_target(Process& process, const aws::TargetOptions& wanted, const aws::Profile& profile);
std::shared_ptr<aws::CredentialsProvider> find_credentials(Process& process, const aws::Target& target,
                                                           const aws::Profile& profile);

}  // namespace ekiden::app
