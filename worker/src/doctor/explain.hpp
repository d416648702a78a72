// explain: a refused call in the words of who can lift the refusal.
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

/// A right, and on what.
struct Right {
  std::string_view action;  ///< "sqs:DeleteMessage"
  std::string subject;      ///< "queue news"
  std::string arn;          ///< Empty where it is not known.
};

bool is_denied(const aws::Error& error);

/// Of any failure; of a denial it names the action, who lacks it, and why, as far as AWS tells.
Explanation explain(const aws::Error& error, const Right& right, const Visit& visit);

/// How to find out about a right that no call may try.
std::string how_to_simulate(const Right& right, const Visit& visit);

/// The ARN that the URL of a queue on AWS stands for; empty for any other URL.
std::string arn_of(const aws::sqs::QueueUrl& queue);

/// The line of a right whose probe failed otherwise than one that is allowed must.
void report_denial(Findings& findings, const aws::Error& error, const Right& right, const Visit& visit);

}  // namespace ekiden::worker::doctor
