// explain: turns a failed AWS call into a finding and advice for the person who can fix it.
#pragma once

#include <ekiden/aws/call/error.hpp>
#include <ekiden/aws/names.hpp>

#include <string>
#include <string_view>

#include "visit.hpp"

namespace ekiden::worker::doctor {

struct Explanation {
  std::string detail;
  std::string fix;
};

/// An IAM permission and the resource it is for.
struct Right {
  std::string_view action;  ///< "sqs:DeleteMessage"
  std::string subject;      ///< "queue news"
  std::string arn;          ///< Empty if unknown.
};

bool is_denied(const aws::Error& error);

/// Explains any failure. For a denial the text names the action, the principal that lacks it, and AWS's reason, if AWS
/// gives one.
Explanation explain(const aws::Error& error, const Right& right, const Visit& visit);

/// The AWS CLI command that simulates a permission which the doctor must not test by a call. Empty on a local server
/// and for a principal that IAM cannot simulate.
std::string how_to_simulate(const Right& right, const Visit& visit);

/// The ARN of the queue at this URL; empty if the URL is not one of AWS's.
std::string arn_of(const aws::sqs::QueueUrl& queue);

/// Reports a probe that failed with an error that does not prove the permission: a fault if AWS denied the call, a
/// warning for any other error.
void report_denial(Findings& findings, const aws::Error& error, const Right& right, const Visit& visit);

}  // namespace ekiden::worker::doctor
