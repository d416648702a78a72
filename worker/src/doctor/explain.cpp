#include "explain.hpp"

#include <ekiden/aws/config/endpoint.hpp>
#include <ekiden/http/messages.hpp>

#include <optional>

namespace ekiden::worker::doctor {
namespace {

/// The text between the two, or nothing.
std::string between(std::string_view text, std::string_view before, std::string_view after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string_view::npos) {
    return {};
  }
  text.remove_prefix(begin + before.size());
  return std::string(text.substr(0, text.find(after)));
}

/// AWS ends in "because no identity-based policy allows the ... action" or "with an explicit deny in a ... policy".
std::string reason_of(const std::string& message) {
  for (const std::string_view start : {"because ", "with an explicit deny"}) {
    const std::size_t at = message.find(start);
    if (at != std::string::npos) {
      std::string reason = message.substr(at);
      reason.erase(reason.find_last_not_of(". ") + 1);
      return " " + reason;
    }
  }
  return {};
}

Explanation explain_denial(const aws::Error& error, const Right& right, const Visit& visit) {
  const std::string& message = error.facts().message;
  // The refusal itself says who was refused; of a session it says more than we may know.
  const std::string refused = between(message, "User: ", " is not authorized");
  const Principal who =
      refused.empty() || refused == visit.principal.arn ? visit.principal : principal_of(refused, visit.provider);
  const std::string named = between(message, "on resource: ", " ");
  const std::string on = !right.arn.empty() ? right.arn : named.starts_with("arn:") ? named : right.subject;
  const std::string action(right.action);
  const std::string reason = reason_of(message);

  Explanation told;
  told.detail = who.title() + " may not " + action + " on " + right.subject + reason;
  if (acts_as_another(visit, who)) {
    told.fix = use_the_task_role(visit.around, visit.provider) + "; that role needs " + action + " on " + on;
  } else if (reason.find("explicit deny") != std::string::npos) {
    told.fix = "take the deny of " + action + " out of that policy: no allow beats it";
  } else {
    const std::string holder = who.holder().empty() ? "the role or user of these credentials" : who.holder();
    told.fix = "allow " + action + " on " + on + " in a policy of " + holder;
  }
  const std::string owner = principal_of(on).account;
  if (!owner.empty() && !who.account.empty() && owner != who.account) {
    told.fix += ", and, as it belongs to account " + owner + ", in a policy of its own";
  }
  return told;
}

}  // namespace

bool is_denied(const aws::Error& error) { return error.facts().code.starts_with("AccessDenied"); }

Explanation explain(const aws::Error& error, const Right& right, const Visit& visit) {
  if (is_denied(error)) {
    return explain_denial(error, right, visit);
  }
  const aws::Error::Facts& facts = error.facts();
  const std::string& url =
      facts.operation.starts_with("sqs.") ? visit.seams.target.sqs.url : visit.seams.target.dynamodb.url;
  constexpr std::string_view kScheme = "http://";
  if (error.is(aws::codes::kConnectionFailed) && visit.seams.target.is_local && url.starts_with(kScheme)) {
    const std::string listen = url == aws::kLocalEndpoint ? "" : " --listen " + url.substr(kScheme.size());
    return {"nothing answers on " + url, "start the server there: ekiden local" + listen};
  }
  Explanation told;
  told.detail = facts.operation + " on " + right.subject + ": " + facts.code;
  if (facts.http_status == 0) {  // No service spoke: the words are our transport's, which end in advice.
    const std::size_t advice = facts.message.find("; ");
    told.detail += ": " + facts.message.substr(0, advice);
    told.fix = advice == std::string::npos ? "check the way to the endpoint" : facts.message.substr(advice + 2);
    const bool is_way = !error.is(aws::codes::kUntrusted) && !error.is(aws::codes::kNoCredentials);
    told.fix += is_way ? "; in a private subnet: its VPC endpoint or NAT gateway" : "";
    return told;
  }
  told.detail += facts.message.empty() ? "" : ": " + facts.message;
  told.fix = aws::remedy(facts);
  if (told.fix.empty()) {
    told.detail += facts.request_id.empty() ? "" : " (request " + facts.request_id + ")";  // AWS support asks for it.
    told.fix = facts.retryable ? "try again; if it stays so, see AWS's health page for this region"
                               : "look the error up in the API reference of " + std::string(right.action);
  }
  return told;
}

std::string how_to_simulate(const Right& right, const Visit& visit) {
  const std::string principal = visit.principal.iam_arn();
  if (visit.seams.target.is_local || principal.empty()) {
    return {};
  }
  return "aws iam simulate-principal-policy --policy-source-arn " + principal + " --action-names " +
         std::string(right.action) + (right.arn.empty() ? "" : " --resource-arns " + right.arn);
}

std::string arn_of(const aws::sqs::QueueUrl& queue) {
  const std::optional<http::Url> url = http::Url::parse(queue.text());
  const std::optional<std::string> region = url ? aws::region_of_host("sqs", url->host) : std::nullopt;
  const std::size_t slash = url ? url->target.find('/', 1) : std::string::npos;
  if (!region || slash == std::string::npos) {
    return {};
  }
  const std::string_view path = url->target;  // "/ACCOUNT/NAME"
  std::string arn("arn:");
  arn.append(aws::partition_name(*region)).append(":sqs:").append(*region).append(":");
  return arn.append(path.substr(1, slash - 1)).append(":").append(path.substr(slash + 1));
}

void report_denial(Findings& findings, const aws::Error& error, const Right& right, const Visit& visit) {
  Explanation told = explain(error, right, visit);
  if (is_denied(error)) {
    findings.fault(right.action, std::move(told.detail), std::move(told.fix));
  } else {
    findings.warning(right.action, "cannot be told: " + told.detail, std::move(told.fix));
  }
}

}  // namespace ekiden::worker::doctor
