#include "explain.hpp"

#include <ekiden/aws/config/endpoint.hpp>
#include <ekiden/http/messages.hpp>

#include <optional>

namespace ekiden::worker::doctor {
namespace {

/// The text between `before` and `after`; empty if `before` does not occur.
std::string between(std::string_view text, std::string_view before, std::string_view after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string_view::npos) {
    return {};
  }
  text.remove_prefix(begin + before.size());
  return std::string(text.substr(0, text.find(after)));
}

/// AWS's message ends with "because no identity-based policy allows the ... action" or "with an explicit deny in a ...
/// policy".
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
  // The message names the principal that was denied. It can be more exact than what STS reported.
  const std::string refused = between(message, "User: ", " is not authorized");
  const Principal who =
      refused.empty() || refused == visit.principal.arn ? visit.principal : principal_of(refused, visit.provider);
  const std::string named = between(message, "on resource: ", " ");
  const std::string on = !right.arn.empty() ? right.arn : named.starts_with("arn:") ? named : right.subject;
  const std::string action(right.action);
  const std::string reason = reason_of(message);

  Explanation result;
  result.detail = who.title() + " is not allowed to call " + action + " on " + right.subject + reason;
  if (acts_as_another(visit, who)) {
    result.fix = use_the_task_role(visit.around, visit.provider) + "; that role needs " + action + " on " + on;
  } else if (reason.find("explicit deny") != std::string::npos) {
    result.fix = "remove the deny of " + action + " from that policy: an explicit deny overrides every allow";
  } else {
    const std::string holder = who.holder().empty() ? "the role or user of these credentials" : who.holder();
    result.fix = "allow " + action + " on " + on + " in a policy of " + holder;
  }
  const std::string owner = principal_of(on).account;
  if (!owner.empty() && !who.account.empty() && owner != who.account) {
    result.fix += ", and in the resource's own policy, because it belongs to account " + owner;
  }
  return result;
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
  Explanation result;
  result.detail = facts.operation + " on " + right.subject + ": " + facts.code;
  if (facts.http_status == 0) {  // No service answered: the message is our transport's, "REASON; ADVICE".
    const std::size_t advice = facts.message.find("; ");
    result.detail += ": " + facts.message.substr(0, advice);
    result.fix =
        advice == std::string::npos ? "check the network path to the endpoint" : facts.message.substr(advice + 2);
    const bool is_network = !error.is(aws::codes::kUntrusted) && !error.is(aws::codes::kNoCredentials);
    result.fix += is_network ? "; in a private subnet, check its VPC endpoint or NAT gateway" : "";
    return result;
  }
  result.detail += facts.message.empty() ? "" : ": " + facts.message;
  result.fix = aws::remedy(facts);
  if (result.fix.empty()) {
    result.detail += facts.request_id.empty() ? "" : " (request " + facts.request_id + ")";  // AWS support asks for it.
    result.fix = facts.retryable
                     ? "run the doctor again; if the error persists, see the AWS Health Dashboard for this region"
                     : "look up this error in the API reference of " + std::string(right.action);
  }
  return result;
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
  Explanation result = explain(error, right, visit);
  if (is_denied(error)) {
    findings.fault(right.action, std::move(result.detail), std::move(result.fix));
  } else {
    findings.warning(right.action, "cannot be checked: " + result.detail, std::move(result.fix));
  }
}

}  // namespace ekiden::worker::doctor
