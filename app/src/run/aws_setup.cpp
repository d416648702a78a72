#include <ekiden/app/aws_setup.hpp>
#include <ekiden/app/worker_options.hpp>
#include <ekiden/aws/credentials/credential_chain.hpp>
#include <ekiden/aws/platform/instance_region.hpp>
#include <ekiden/base/exit_status.hpp>
#include <ekiden/http/curl_transport.hpp>

#include <optional>
#include <string>
#include <utility>

namespace ekiden::app {
namespace {

Task<int> keep_region(Task<std::optional<std::string>> asking, std::optional<std::string>& region) {
  region = co_await std::move(asking);
  co_return base::kExitDone;
}

// Uses a transport of its own: the certificates that the process's transport will trust are not known yet.
std::optional<std::string> region_of_machine(Process& process) {
  const runtime::Env env = process.env();
  http::CurlTransport transport(env.executor, env.clock);
  std::optional<std::string> region;
  process.run(keep_region(aws::instance_region(transport, Process::environment()), region));
  return region;
}

}  // namespace

aws::Profile find_profile(const aws::TargetOptions& wanted) {
  const aws::Environment environment = Process::environment();
  return aws::Target::is_local_by_itself(wanted, environment) ? aws::Profile() : aws::Profile::load(environment);
}

aws::Target find_target(Process& process, const aws::TargetOptions& wanted, const aws::Profile& profile) {
  aws::Target target =
      aws::Target::resolve(wanted, Process::environment(), profile, [&process] { return region_of_machine(process); });
  process.trust(target.ca_bundle);
  return target;
}

std::shared_ptr<aws::CredentialsProvider> find_credentials(Process& process, const aws::Target& target,
                                                           const aws::Profile& profile) {
  return aws::default_credentials(process.env(), Process::environment(), profile, target);
}

AwsSetup aws_setup(Process& process, const Options& options) {
  const aws::TargetOptions wanted = target_from(options);
  const aws::Profile profile = find_profile(wanted);
  AwsSetup setup;
  setup.target = find_target(process, wanted, profile);
  setup.credentials = find_credentials(process, setup.target, profile);
  return setup;
}

}  // namespace ekiden::app
