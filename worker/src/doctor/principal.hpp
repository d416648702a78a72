// Principal: the owner of the credentials, in IAM's terms.
#pragma once

#include <string>
#include <string_view>

namespace ekiden::worker::doctor {

struct Principal {
  enum class Kind { kTaskRole, kInstanceRole, kRole, kUser, kRoot, kOther };
  Kind kind = Kind::kOther;
  std::string arn;
  std::string account;
  std::string name;  ///< The name of the role or the user, without its path.

  /// "task role news-task"
  std::string title() const;
  /// What a policy can be attached to: "role news-task". Empty for a principal without policies of its own.
  std::string holder() const;
  /// The ARN of the role or user, for IAM's tools. A session's ARN does not contain the role's path, so "/" is assumed.
  /// Empty for other principals.
  std::string iam_arn() const;
};

/// Reads an ARN as GetCallerIdentity and AWS's access-denied messages contain it. The session name shows the kind of a
/// role: ECS names the session after the task, EC2 after the instance. `provider` is the name of the credentials'
/// source, if known.
Principal principal_of(std::string_view arn, std::string_view provider = {});

}  // namespace ekiden::worker::doctor
