/// The credential chain: which of the places where AWS's tools look for keys is the one that counts here.
#pragma once

#include <ekiden/aws/config/profile.hpp>
#include <ekiden/aws/config/target.hpp>
#include <ekiden/aws/credentials/credentials.hpp>
#include <ekiden/runtime/env.hpp>

#include <memory>

namespace ekiden::aws {

/// The first of these that is set up decides, and its failure is the answer: another identity never steps in for it.
///
/// 1. AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (AWS_SESSION_TOKEN).
/// 2. For a target on this machine: `local`/`local`. Nothing below is asked then.
/// 3. The profile (AWS_PROFILE, else default), if it is a role: role_arn with source_profile, credential_source or
///    web_identity_token_file.
/// 4. AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN: EKS, and other OpenID providers.
/// 5. The profile otherwise: keys; an IAM Identity Center (SSO) session; an `aws login` session; credential_process.
/// 6. AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, else AWS_CONTAINER_CREDENTIALS_FULL_URI: the task role of ECS, the pod
///    identity of EKS.
/// 7. The instance metadata service (IMDSv2) of EC2, unless AWS_EC2_METADATA_DISABLED is true.
///
/// All but 1 and 2 are asked through AWS's own library (aws-c-auth), and cached: see RefreshingCredentials. Its thread
/// is started by the first that needs the network. STS, IAM Identity Center and sign-in are reached through a proxy
/// where HTTPS_PROXY names one, trusting Target::ca_bundle; the endpoints of containers and instances never.
///
/// Throws ConfigurationError where a source is set up by half, or none can be asked, in a sentence that says what was
/// looked for. Whether the keys can be had shows in get().
///
/// Source: AWS SDKs and Tools Reference Guide, "Standardized credential providers"; the order is that of botocore.
std::shared_ptr<CredentialsProvider> default_credentials(runtime::Env env, const Environment& environment,
                                                         const Profile& profile, const Target& target);

}  // namespace ekiden::aws
