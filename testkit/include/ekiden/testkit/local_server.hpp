/// The local SQS and DynamoDB service as a simulated process.
#pragma once

#include <ekiden/aws/config/target.hpp>
#include <ekiden/aws/credentials/credentials.hpp>
#include <ekiden/local/options.hpp>
#include <ekiden/testkit/process.hpp>

#include <memory>
#include <string>

namespace ekiden::testkit {

/// The authority that the functions below serve and name.
inline constexpr const char* kLocalAuthority = "local:4566";

/// A main function for Simulation::start(): the code that `ekiden local` runs, behind the simulated network. With a
/// storage folder its data is on the process's disk, as with --data, and survives crashes; without one it is in memory.
Process::Main local_server(local::ServiceOptions options);

/// What leads clients to it.
aws::Target local_target();
std::shared_ptr<aws::CredentialsProvider> local_credentials();

}  // namespace ekiden::testkit
