/// The credential chain: finds the source of the keys, in the order of AWS's tools.
#pragma once

#include <ekiden/aws/config/profile.hpp>
#include <ekiden/aws/config/target.hpp>
#include <ekiden/aws/credentials/credentials.hpp>
#include <ekiden/runtime/env.hpp>

#include <memory>

namespace ekiden::aws {

/// The first source below that is configured is used. If it fails, there are no keys: another identity is never used
/// instead.
///
/// 1. AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (AWS_SESSION_TOKEN).
/// 2. For a loopback target: the keys `local`/`local`. The sources below are not used then.
/// 3. The profile (AWS_PROFILE, or else default), if it has a role: role_arn with source_profile, credential_source or
///    web_identity_token_file.
/// 4. AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN: EKS, and other OpenID providers.
/// 5. The profile otherwise: keys; an IAM Identity Center (SSO) session; an `aws login` session; credential_process.
/// 6. AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, else AWS_CONTAINER_CREDENTIALS_FULL_URI: the task role of ECS, the pod
///    identity of EKS.
/// 7. The instance metadata service (IMDSv2) of EC2, unless AWS_EC2_METADATA_DISABLED is true.
///
/// Sources 3 to 7 use AWS's own library (aws-c-auth), and their keys are cached: see RefreshingCredentials. The library
/// starts a thread when a source first needs the network. STS, IAM Identity Center and sign-in are reached through the
/// proxy of HTTPS_PROXY and trust Target::ca_bundle. The endpoints of containers and instances never use a proxy.
///
/// Throws ConfigurationError if a source is only half configured, or if there is no source. The message lists the
/// sources that were tried. This function does not fetch the keys: get() does, and reports a failure.
///
/// Source: AWS SDKs and Tools Reference Guide, "Standardized credential providers"; the order is that of botocore.
std::shared_ptr<CredentialsProvider> default_credentials(runtime::Env env, const Environment& environment,
                                                         const Profile& profile, const Target& target);

}  // namespace ekiden::aws
