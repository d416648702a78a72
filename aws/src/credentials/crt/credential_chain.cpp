#include <ekiden/aws/credentials/credential_chain.hpp>

#include <utility>

#include "config/truth.hpp"
#include "container_endpoint.hpp"
#include "profile_provider.hpp"

namespace ekiden::aws {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<CredentialsProvider> refreshing(const crt::ChainSeams& seams,
                                                std::unique_ptr<CredentialSource> source) {
  return std::make_shared<RefreshingCredentials>(seams.env, std::move(source));
}

std::unique_ptr<CredentialSource> web_identity_source(const crt::ChainSeams& seams, const Profile& profile) {
  const std::optional<std::string> token_file = non_empty(seams.environment, "AWS_WEB_IDENTITY_TOKEN_FILE");
  if (!token_file) {
    return nullptr;
  }
  const std::optional<std::string> role = non_empty(seams.environment, "AWS_ROLE_ARN");
  if (!role) {
    throw ConfigurationError(
        "no AWS credentials: AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not; set both, "
        "or neither");
  }
  crt::require_own_sts(seams.environment, "AWS_WEB_IDENTITY_TOKEN_FILE");
  crt::require_readable(*token_file, "AWS_WEB_IDENTITY_TOKEN_FILE");
  const std::string session = non_empty(seams.environment, "AWS_ROLE_SESSION_NAME").value_or("ekiden");
  crt::Provider provider = crt::web_identity(profile, seams.ca_file, seams.region, *role, session, *token_file);
  crt::Manner manner{.name = "web identity",
                     .asked = "STS (role " + *role + ", token file " + *token_file + ")",
                     .remedy =
                         "check that STS is reachable (network, HTTPS_PROXY, AWS_CA_BUNDLE), and that the "
                         "role trusts the token's issuer",
                     .deadline = 20s};
  return std::make_unique<crt::ProviderSource>(seams.env, std::move(provider), std::move(manner));
}

std::unique_ptr<CredentialSource> container_source(const crt::ChainSeams& seams) {
  const std::optional<crt::ContainerEndpoint> endpoint = crt::container_endpoint(seams.environment);
  if (!endpoint) {
    return nullptr;
  }
  const bool is_task = non_empty(seams.environment, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").has_value();
  const bool is_pod = endpoint->host == "169.254.170.23" || endpoint->host == "fd00:ec2::23";
  crt::Manner manner{.name = is_task  ? "ECS task role"
                             : is_pod ? "EKS pod identity"
                                      : "container credentials",
                     // Without the path: the path is a secret that grants access to the keys.
                     .asked = "the container credentials endpoint http" + std::string(endpoint->tls ? "s" : "") +
                              "://" + endpoint->host + ":" + std::to_string(endpoint->port),
                     .remedy = is_task ? "check the task definition's taskRoleArn, and that the role trusts "
                                         "ecs-tasks.amazonaws.com"
                                       : "test it with curl (it must answer 200 with keys), and check "
                                         "AWS_CONTAINER_CREDENTIALS_FULL_URI, its authorization token and, for https, "
                                         "AWS_CA_BUNDLE"};
  return std::make_unique<crt::ProviderSource>(seams.env, crt::container(*endpoint, seams.ca_file), std::move(manner));
}

// Lists the places without credentials, for the error that a user gets when the last place has none either.
std::string why_not(const Profile& profile) {
  return "no AWS_ACCESS_KEY_ID, " + std::string(profile.exists() ? "no credentials in profile '" : "no profile '") +
         profile.name() +
         "' of ~/.aws, no EKS web identity (AWS_WEB_IDENTITY_TOKEN_FILE), no ECS task role "
         "(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)";
}

constexpr std::string_view kWhatToDo =
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or use --local";

std::unique_ptr<CredentialSource> instance_source(const crt::ChainSeams& seams, const Profile& profile) {
  if (is_true(seams.environment, "AWS_EC2_METADATA_DISABLED")) {
    throw ConfigurationError("no AWS credentials: " + why_not(profile) +
                             ", no EC2 instance role (AWS_EC2_METADATA_DISABLED is true); " + std::string(kWhatToDo));
  }
  const crt::InstanceMetadata metadata = crt::instance_metadata(seams.environment);
  crt::Manner manner{.name = "EC2 instance role",
                     .asked = why_not(profile) + ", and the EC2 instance metadata service " + metadata.address(),
                     .remedy = std::string(kWhatToDo)};
  return std::make_unique<crt::ProviderSource>(seams.env, crt::instance(metadata), std::move(manner));
}

}  // namespace

std::shared_ptr<CredentialsProvider> default_credentials(runtime::Env env, const Environment& environment,
                                                         const Profile& profile, const Target& target) {
  if (std::optional<Credentials> found = credentials_from_environment(environment)) {
    return std::make_shared<StaticCredentials>(std::move(*found), "environment variables");
  }
  if (target.is_local) {
    return std::make_shared<StaticCredentials>(Credentials{"local", "local", {}, {}}, "defaults of a local server");
  }
  const crt::ChainSeams seams{env, environment, target.region, target.ca_bundle};
  if (profile.get("role_arn")) {
    return refreshing(seams, crt::profile_source(seams, profile));
  }
  if (auto source = web_identity_source(seams, profile)) {
    return refreshing(seams, std::move(source));
  }
  if (auto source = crt::profile_source(seams, profile)) {
    return refreshing(seams, std::move(source));
  }
  if (auto source = container_source(seams)) {
    return refreshing(seams, std::move(source));
  }
  return refreshing(seams, instance_source(seams, profile));
}

}  // namespace ekiden::aws
