/// examine: what would keep a worker from its work, found before it starts, and without changing anything.
#pragma once

#include <ekiden/aws/config/target.hpp>
#include <ekiden/aws/credentials/credentials.hpp>
#include <ekiden/http/transport.hpp>
#include <ekiden/runtime/env.hpp>
#include <ekiden/worker/members.hpp>
#include <ekiden/worker/memory_limit.hpp>
#include <ekiden/worker/settings.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::worker {

enum class CheckStatus {
  kOk,
  kWarning,  ///< It works, but will hurt some day.
  kFault,    ///< A worker of this configuration does not work.
  kNotTried  ///< What cannot be tried without harm, or not at all: never ok.
};

/// "ok", "warning", "fault", "not tried"
std::string_view to_string(CheckStatus status);

/// Every name that a check may have, in the order of docs/doctor.md. That of a right is IAM's own.
inline constexpr std::array<std::string_view, 21> kCheckNames{"region",
                                                              "endpoint",
                                                              "credentials",
                                                              "identity",
                                                              "clock",
                                                              "drain budget",
                                                              "memory",
                                                              "queue",
                                                              "sqs:ReceiveMessage",
                                                              "sqs:DeleteMessage",
                                                              "sqs:ChangeMessageVisibility",
                                                              "kms:Decrypt",
                                                              "redrive policy",
                                                              "dead-letter queue",
                                                              "dead-letter retention",
                                                              "sqs:SendMessage",
                                                              "visibility timeout",
                                                              "table",
                                                              "table key",
                                                              "dynamodb:PutItem",
                                                              "dynamodb:BatchWriteItem"};

/// One finding.
struct Check {
  std::string name;
  std::string queue;  ///< Whose; empty for what concerns the whole process.
  CheckStatus status = CheckStatus::kOk;
  std::string detail;  ///< One line, as is the fix; without keys, bodies or tokens.
  std::string fix;     ///< Empty where it is ok.
};

/// One queue of the worker that is examined.
struct Patient {
  Settings settings;
  std::vector<Member> members;  ///< Of what its handler takes; none: not known.
};

struct DoctorSeams {
  runtime::Env env;
  http::Transport& transport;
  aws::Target target;
  std::shared_ptr<aws::CredentialsProvider> credentials;
  aws::Environment environment;
  std::optional<MemoryLimit> memory_limit{};  ///< Nothing: none is known.
};

/// Asks STS, SQS and DynamoDB about all that the settings name.
///
/// Probes change nothing: deletes and visibility changes present a receipt handle that is none, a put carries a
/// condition that no item meets (DynamoDB bills it as a write). Nothing is received, for a receive hides a message and
/// raises its count, and nothing is sent. All of it must outlive the task.
Task<std::vector<Check>> examine(DoctorSeams seams, std::vector<Patient> patients);

}  // namespace ekiden::worker
