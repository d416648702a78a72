/// examine: finds what would stop a worker from working, before the worker starts and without changing anything.
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
  kWarning,  ///< It works now, but will cause trouble later.
  kFault,    ///< A worker with this configuration does not work.
  kNotTried  ///< It cannot be tried without harm, or it depends on something that was not found.
};

/// "ok", "warning", "fault", "not tried"
std::string_view to_string(CheckStatus status);

/// Every name that a check can have, in the order of docs/doctor.md. A check of a permission has the name of the IAM
/// action.
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
  std::string queue;  ///< The queue's name; empty if the check concerns the whole process.
  CheckStatus status = CheckStatus::kOk;
  std::string detail;  ///< What was found: one line, without keys, message bodies or tokens.
  std::string fix;     ///< What to do: one line; never empty for a warning or a fault, always empty for ok.
};

/// One queue of the examined worker.
struct Patient {
  Settings settings;
  std::vector<Member> members;  ///< The members of the handler's message type; empty: unknown.
};

/// What an examination needs. The referenced objects must outlive it.
struct DoctorSeams {
  runtime::Env env;
  http::Transport& transport;
  aws::Target target;
  std::shared_ptr<aws::CredentialsProvider> credentials;
  aws::Environment environment;
  std::optional<MemoryLimit> memory_limit{};  ///< Empty: the platform sets no limit, or none is known.
};

/// Asks STS, SQS and DynamoDB about everything that the settings name. Returns the findings in the order in which they
/// should be shown: first those of the process, then those of each queue. Failed calls become findings; nothing is
/// thrown for them.
///
/// An examination changes nothing. DeleteMessage and ChangeMessageVisibility are called with an invalid receipt handle:
/// SQS checks permissions first, so the error ReceiptHandleIsInvalid proves that the permission is granted. PutItem is
/// called with a condition that is never true; DynamoDB bills it as a write. No message is received, because a receive
/// hides the message and raises its receive count, and none is sent.
///
///   std::vector<Patient> patients{{.settings = settings, .members = members_of_handler<Handler>()}};
///   const std::vector<Check> checks = co_await examine(std::move(seams), std::move(patients));
Task<std::vector<Check>> examine(DoctorSeams seams, std::vector<Patient> patients);

}  // namespace ekiden::worker
