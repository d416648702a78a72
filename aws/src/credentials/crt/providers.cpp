#include "providers.hpp"

#include <aws/common/error.h>
#include <aws/http/proxy.h>

#include "library.hpp"
#include "profile_files.hpp"

namespace ekiden::aws::crt {
namespace {

// For AWS's hosts. The metadata endpoints of containers and instances must never use a proxy.
proxy_env_var_settings* proxy_of_environment() {
  static proxy_env_var_settings settings = [] {
    proxy_env_var_settings made{};
    made.env_var_type = AWS_HPEV_ENABLE;
    return made;
  }();
  return &settings;
}

aws_profile_collection* files_of(const Profile& profile) {
  return profile.files() == nullptr ? nullptr : profile.files()->merged.get();
}

Provider checked(aws_credentials_provider* made, std::string_view what) {
  if (made == nullptr) {
    throw ConfigurationError("no AWS credentials: " + std::string(what) + " cannot be used (" +
                             describe(aws_last_error()) + ")");
  }
  return Provider(made);
}

std::string of_profile(std::string_view what, const Profile& profile) {
  return std::string(what) + " of profile '" + profile.name() + "'";
}

}  // namespace

Provider static_keys(std::string_view id, std::string_view secret, std::string_view token) {
  aws_credentials_provider_static_options options{};
  options.access_key_id = cursor(id);
  options.secret_access_key = cursor(secret);
  options.session_token = cursor(token);
  return checked(aws_credentials_provider_new_static(Library::get().providers(), &options), "the keys");
}

Provider environment_keys() {
  aws_credentials_provider_environment_options options{};
  return checked(aws_credentials_provider_new_environment(Library::get().providers(), &options),
                 "the keys of the environment");
}

Provider assumed_role(const Profile& profile, const std::string& ca_file, const AssumeRole& role, Provider source) {
  Library& library = Library::get();
  aws_credentials_provider_sts_options options{};
  options.bootstrap = library.network();
  options.tls_ctx = library.trust(ca_file);
  options.creds_provider = source.get();
  options.role_arn = cursor(role.role_arn);
  options.session_name = cursor(role.session_name);
  options.external_id = cursor(role.external_id);
  options.duration_seconds = role.duration_seconds;
  options.proxy_ev_settings = proxy_of_environment();
  options.profile_collection_cached = files_of(profile);
  options.profile_name_override = cursor(profile.name());
  return checked(aws_credentials_provider_new_sts(library.providers(), &options), of_profile("the role", profile));
}

Provider web_identity(const Profile& profile, const std::string& ca_file, std::string_view region,
                      std::string_view role_arn, std::string_view session_name, std::string_view token_file) {
  Library& library = Library::get();
  aws_credentials_provider_sts_web_identity_options options{};
  options.bootstrap = library.network();
  options.tls_ctx = library.trust(ca_file);
  options.proxy_ev_settings = proxy_of_environment();
  options.config_profile_collection_cached = files_of(profile);
  options.profile_name_override = cursor(profile.name());
  options.region = cursor(region);
  options.role_arn = cursor(role_arn);
  options.role_session_name = cursor(session_name);
  options.token_file_path = cursor(token_file);
  return checked(aws_credentials_provider_new_sts_web_identity(library.providers(), &options), "the web identity");
}

Provider identity_center(const Profile& profile, const std::string& ca_file) {
  Library& library = Library::get();
  aws_credentials_provider_sso_options options{};
  options.profile_name_override = cursor(profile.name());
  options.config_file_cached = files_of(profile);
  options.bootstrap = library.network();
  options.tls_ctx = library.trust(ca_file);
  options.proxy_ev_settings = proxy_of_environment();
  return checked(aws_credentials_provider_new_sso(library.providers(), &options),
                 of_profile("the IAM Identity Center session", profile));
}

Provider login_session(const Profile& profile, const std::string& ca_file, std::string_view region) {
  Library& library = Library::get();
  aws_credentials_provider_login_options options{};
  options.login_region = cursor(region);
  options.profile_name_override = cursor(profile.name());
  options.config_file_cached = files_of(profile);
  options.bootstrap = library.network();
  options.tls_ctx = library.trust(ca_file);
  options.proxy_ev_settings = proxy_of_environment();
  return checked(aws_credentials_provider_new_login(library.providers(), &options),
                 of_profile("the login session", profile));
}

Provider credential_process(const Profile& profile) {
  Library& library = Library::get();
  aws_credentials_provider_process_options options{};
  options.profile_to_use = cursor(profile.name());
  options.config_profile_collection_cached = files_of(profile);
  return checked(aws_credentials_provider_new_process(library.providers(), &options),
                 of_profile("the credential_process", profile));
}

Provider container(const ContainerEndpoint& endpoint, const std::string& ca_file) {
  Library& library = Library::get();
  aws_credentials_provider_ecs_options options{};
  options.bootstrap = library.network();
  options.host = cursor(endpoint.host);
  options.path_and_query = cursor(endpoint.path);
  options.auth_token_file_path = cursor(endpoint.token_file);
  options.auth_token = cursor(endpoint.token);
  options.tls_ctx = endpoint.tls ? library.trust(ca_file) : nullptr;
  options.port = endpoint.port;
  return checked(aws_credentials_provider_new_ecs(library.providers(), &options),
                 "the container's credentials endpoint");
}

Provider instance(const InstanceMetadata& metadata) {
  Library& library = Library::get();
  aws_credentials_provider_imds_options options{};
  options.bootstrap = library.network();
  options.ec2_metadata_v1_disabled = metadata.v1_disabled;
  options.imds_endpoint = cursor(metadata.endpoint);
  options.imds_endpoint_mode = metadata.ipv6 ? AWS_IMDS_ENDPOINT_MODE_IPV6 : AWS_IMDS_ENDPOINT_MODE_IPV4;
  return checked(aws_credentials_provider_new_imds(library.providers(), &options), "the instance metadata service");
}

}  // namespace ekiden::aws::crt
