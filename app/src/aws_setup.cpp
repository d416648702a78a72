#include <ekiden/app/aws_setup.hpp>
#include <ekiden/app/worker_options.hpp>
#include <ekiden/aws/credential_chain.hpp>
#include <ekiden/aws/instance_region.hpp>
#include <ekiden/http/curl_transport.hpp>

#include <optional>
#include <string>
#include <utility>

namespace ekiden::app {
namespace {

Task<int> keep_region(Task<std::optional<std::string>> asking, std::optional<std::string>& region) {
  region = co_await std::move(asking);
  co_return 0;
}

// With a transport of its own: what the process's trusts is not known yet, and nobody asks a second time.
std::optional<std::string> region_of_machine(Process& process) {
  const runtime::Env env = process.env();
  http::CurlTransport transport(env.executor, env.clock);
  std::optional<std::string> region;
  process.run(keep_region(aws::instance_region(env, transport, Process::environment()), region));
  return region;
}

}  // namespace

AwsSetup aws_setup(Process& process, const Options& options) {
  const aws::Environment environment = Process::environment();
  const aws::TargetOptions wanted = target_from(options);
  aws::Profile profile;
  if (!aws::Target::is_local_by_itself(wanted, environment)) {
    profile = aws::Profile::load(environment);
  }
  AwsSetup setup;
  setup.target = aws::Target::resolve(wanted, environment, profile, [&process] { return region_of_machine(process); });
  process.trust(setup.target.ca_bundle);
  setup.credentials = aws::default_credentials(process.env(), environment, profile, setup.target);
  return setup;
}

}  // namespace ekiden::app
