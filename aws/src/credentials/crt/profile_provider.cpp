#include "profile_provider.hpp"

#include <ekiden/base/parse.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <utility>

#include "config/printable.hpp"
#include "config/truth.hpp"
#include "container_endpoint.hpp"
#include "providers.hpp"

namespace ekiden::aws::crt {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kSessionName = "ekiden";
constexpr int kSessionSecondsMin = 900;    // STS API Reference, AssumeRole, DurationSeconds.
constexpr int kSessionSecondsMax = 43200;  // The same.

enum class Kind { kNone, kRole, kKeys, kIdentityCenter, kLogin, kProcess };

[[noreturn]] void refuse(const Profile& profile, const std::string& what) {
  throw ConfigurationError("no AWS credentials: profile '" + profile.name() + "' " + what);
}

bool has_keys(const Profile& profile) {
  return profile.get("aws_access_key_id") || profile.get("aws_secret_access_key");
}

// In the profile in use, a role comes before keys. In the source_profile of a role, keys come before a role, because a
// profile can be its own source. Same as AWS's library.
Kind kind_of(const Profile& profile, bool is_source) {
  if (profile.get("role_arn") && !(is_source && has_keys(profile))) {
    return Kind::kRole;
  }
  if (has_keys(profile)) {
    return Kind::kKeys;
  }
  if (profile.get("sso_session") || profile.get("sso_account_id")) {
    return Kind::kIdentityCenter;
  }
  if (profile.get("login_session")) {
    return Kind::kLogin;
  }
  return profile.get("credential_process") ? Kind::kProcess : Kind::kNone;
}

// Empty if the profile does not have it.
std::string key_of(const Profile& profile, const std::string& name) {
  std::string key = profile.get(name).value_or("");
  require_printable(key, "no AWS credentials: " + name + " of profile '" + profile.name() + "'");
  return key;
}

Credentials keys_of(const Profile& profile) {
  Credentials keys;
  keys.access_key_id = key_of(profile, "aws_access_key_id");
  keys.secret_access_key = key_of(profile, "aws_secret_access_key");
  keys.session_token = key_of(profile, "aws_session_token");
  if (keys.access_key_id.empty() || keys.secret_access_key.empty()) {
    refuse(profile, "has only one of aws_access_key_id and aws_secret_access_key; set both, or neither");
  }
  return keys;
}

// Keys in a profile file. Read again when AWS rejects them: login tools write new keys to the same file.
class ProfileKeys final : public CredentialSource {
 public:
  ProfileKeys(Environment environment, std::string name, std::string said)
      : environment_(std::move(environment)), name_(std::move(name)), said_(std::move(said)) {}

  Task<Credentials> fetch() override { co_return keys_of(Profile::load(environment_).named(name_)); }
  std::string_view name() const override { return said_; }

 private:
  Environment environment_;
  std::string name_;
  std::string said_;
};

std::uint16_t duration_of(const Profile& profile) {
  const std::optional<std::string> text = profile.get("duration_seconds");
  if (!text) {
    return 0;
  }
  const std::optional<int> seconds = base::parse<int>(*text);
  if (!seconds || *seconds < kSessionSecondsMin || *seconds > kSessionSecondsMax) {
    refuse(profile, "has duration_seconds = " + *text + "; set a number of seconds from 900 to 43200");
  }
  return static_cast<std::uint16_t>(*seconds);
}

class Builder {
 public:
  explicit Builder(const ChainSeams& seams) : seams_(seams) {}

  Provider provider(const Profile& profile, bool is_source) {
    if (!profile.exists()) {
      refuse(profile, "is used as a source_profile, but does not exist");
    }
    if (!seen_.insert(profile.name()).second && !(is_source && has_keys(profile))) {
      refuse(profile, "is its own source_profile, directly or through others; the last source_profile must have keys");
    }
    switch (kind_of(profile, is_source)) {
      case Kind::kRole:
        return role(profile);
      case Kind::kKeys: {
        const Credentials keys = keys_of(profile);
        return static_keys(keys.access_key_id, keys.secret_access_key, keys.session_token);
      }
      case Kind::kIdentityCenter:
        if (const auto session = profile.get("sso_session"); session && !profile.has_sso_session(*session)) {
          refuse(profile, "has sso_session = " + *session + ", but there is no section [sso-session " + *session + "]");
        }
        return identity_center(profile, seams_.ca_file);
      case Kind::kLogin:
        return login_session(profile, seams_.ca_file, profile.get("region").value_or(seams_.region));
      case Kind::kProcess:
        return credential_process(profile);
      case Kind::kNone:
        break;
    }
    refuse(profile, "is used as a source_profile, but has no credentials");
  }

 private:
  Provider role(const Profile& profile) {
    require_own_sts(seams_.environment, "profile '" + profile.name() + "'");
    if (profile.get("mfa_serial")) {
      refuse(profile,
             "requires an MFA code (mfa_serial), which Ekiden cannot ask for; use a profile with a login session");
    }
    const AssumeRole role{*profile.get("role_arn"),
                          profile.get("role_session_name").value_or(std::string(kSessionName)),
                          profile.get("external_id").value_or(""), duration_of(profile)};
    if (const auto source = profile.get("source_profile")) {
      return assumed_role(profile, seams_.ca_file, role, provider(profile.named(*source), true));
    }
    if (const auto source = profile.get("credential_source")) {
      return assumed_role(profile, seams_.ca_file, role, machine_source(profile, *source));
    }
    if (const auto token_file = profile.get("web_identity_token_file")) {
      require_readable(*token_file, "web_identity_token_file of profile '" + profile.name() + "'");
      return web_identity(profile, seams_.ca_file, profile.get("region").value_or(seams_.region), role.role_arn,
                          role.session_name, *token_file);
    }
    refuse(profile,
           "has role_arn, but no credentials to assume the role with; set source_profile, credential_source or "
           "web_identity_token_file");
  }

  Provider machine_source(const Profile& profile, const std::string& source) {
    if (source == "Environment") {
      if (!credentials_from_environment(seams_.environment)) {
        refuse(profile, "has credential_source = Environment, but AWS_ACCESS_KEY_ID is not set");
      }
      return environment_keys();
    }
    if (source == "EcsContainer") {
      const std::optional<ContainerEndpoint> endpoint = container_endpoint(seams_.environment);
      if (!endpoint) {
        refuse(profile,
               "has credential_source = EcsContainer, but this is not an ECS container "
               "(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set)");
      }
      return container(*endpoint, seams_.ca_file);
    }
    if (source == "Ec2InstanceMetadata") {
      if (is_true(seams_.environment, "AWS_EC2_METADATA_DISABLED")) {
        refuse(profile, "has credential_source = Ec2InstanceMetadata, but AWS_EC2_METADATA_DISABLED is true");
      }
      return instance(instance_metadata(seams_.environment));
    }
    refuse(profile, "has credential_source = " + source + "; set Environment, Ec2InstanceMetadata or EcsContainer");
  }

  const ChainSeams& seams_;
  std::set<std::string> seen_;
};

Manner manner_of(Kind kind, const Profile& profile) {
  const std::string name = "profile " + profile.name();
  const std::string asked = "profile '" + profile.name() + "'";
  switch (kind) {
    case Kind::kRole:
      return {.name = name + " (assumed role)",
              .asked = asked + " (role " + profile.get("role_arn").value_or("") + ")",
              .remedy =
                  "check that STS is reachable (network, HTTPS_PROXY, AWS_CA_BUNDLE), that the keys that assume the "
                  "role are valid, and that the role exists and trusts them",
              .deadline = 20s};
    case Kind::kIdentityCenter:
      return {
          .name = name + " (IAM Identity Center)",
          .asked = asked + " (IAM Identity Center session)",
          .remedy = "run: aws sso login --profile " + profile.name() + ", and check the network if that does not help"};
    case Kind::kLogin:
      return {.name = name + " (aws login)",
              .asked = asked + " (login session)",
              .remedy = "run: aws login --profile " + profile.name() + ", and check the network if that does not help"};
    default:
      return {.name = name + " (credential_process)",
              .asked = asked + " (credential_process)",
              .remedy = "run it by hand (" + profile.get("credential_process").value_or("") +
                        "): it must exit with status 0 and print the keys as JSON",
              .deadline = 60s,
              .blocks = true};
  }
}

}  // namespace

std::unique_ptr<CredentialSource> profile_source(const ChainSeams& seams, const Profile& profile) {
  if (!profile.exists()) {
    return nullptr;
  }
  const Kind kind = kind_of(profile, false);
  if (kind == Kind::kNone) {
    return nullptr;
  }
  if (kind == Kind::kKeys) {
    keys_of(profile);  // Throws now if one of the two keys is missing.
    return std::make_unique<ProfileKeys>(seams.environment, profile.name(), "profile " + profile.name());
  }
  Provider provider = Builder(seams).provider(profile, false);
  return std::make_unique<ProviderSource>(seams.env, std::move(provider), manner_of(kind, profile));
}

void require_readable(const std::string& file, std::string_view who) {
  if (::access(file.c_str(), R_OK) != 0) {
    throw ConfigurationError("no AWS credentials: cannot read " + file + " (" + std::string(who) +
                             "): " + std::strerror(errno));
  }
}

void require_own_sts(const Environment& environment, std::string_view who) {
  for (const std::string_view name : {"AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"}) {
    const std::optional<std::string> endpoint = non_empty(environment, name);
    if (endpoint && endpoint->find('/') != std::string::npos) {
      throw ConfigurationError("no AWS credentials: " + std::string(who) +
                               " needs STS, which works only at AWS's own endpoint, but " + std::string(name) + " is " +
                               *endpoint + "; set AWS_ENDPOINT_URL_SQS and AWS_ENDPOINT_URL_DYNAMODB instead");
    }
  }
}

}  // namespace ekiden::aws::crt
