/// local_server: the local SQS and DynamoDB service as a simulated process.
#pragma once

#include <ekiden/aws/config/target.hpp>
#include <ekiden/aws/credentials/credentials.hpp>
#include <ekiden/local/options.hpp>
#include <ekiden/testkit/process.hpp>

#include <functional>
#include <memory>
#include <string>

namespace ekiden::testkit {

/// The authority ("host:port") at which local_server() listens and to which local_target() points.
inline constexpr const char* kLocalAuthority = "local:4566";

/// Answers requests instead of the service, or passes them to the service's handler.
using Front = std::function<Task<http::HttpResponse>(http::Handler service, http::HttpRequest request)>;

/// A main function for Simulation::start(): runs the code of `ekiden local` on the simulated network. With a storage
/// folder its data is on the process's simulated disk, as with --data, and survives crashes. Without one it is in
/// memory. `front` (optional) gets every request first.
Process::Main local_server(local::ServiceOptions options, Front front = {});

/// The target and credentials for clients of local_server().
aws::Target local_target();
std::shared_ptr<aws::CredentialsProvider> local_credentials();

}  // namespace ekiden::testkit
