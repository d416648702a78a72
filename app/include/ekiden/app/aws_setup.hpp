/// AwsSetup: whom a program talks to, and as whom.
#pragma once

#include <ekiden/app/options.hpp>
#include <ekiden/app/process.hpp>
#include <ekiden/aws/credentials.hpp>
#include <ekiden/aws/target.hpp>

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

}  // namespace ekiden::app
