// Principal: whose keys these are, in the words of IAM.
#pragma once

#include <string>
#include <string_view>

namespace ekiden::worker::doctor {

struct Principal {
  enum class Kind { kTaskRole, kInstanceRole, kRole, kUser, kRoot, kOther };
  Kind kind = Kind::kOther;
  std::string arn;
  std::string account;
  std::string name;  ///< Of the role or the user.

  /// "task role news-task"
  std::string title() const;
  /// What a policy is attached to: "role news-task". Empty for what has no policies of its own.
  std::string holder() const;
  /// As IAM writes it, for its own tools; the path, which no session tells, is taken for "/". Empty where it has none.
  std::string iam_arn() const;
};

/// Of an ARN as GetCallerIdentity and AWS's refusals give it. A role's session tells whose it is: ECS names it after
/// the task, EC2 after the instance. `provider` is the name of the credentials' source, where it is known.
Principal principal_of(std::string_view arn, std::string_view provider = {});

}  // namespace ekiden::worker::doctor
