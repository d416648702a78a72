// Checks of region, endpoint, credentials, identity and clock.
#include <ekiden/aws/sts/client.hpp>
#include <ekiden/base/quantity.hpp>

#include <cstdlib>

#include "explain.hpp"
#include "visit.hpp"

namespace ekiden::worker::doctor {
namespace {

using namespace std::chrono_literals;

/// AWS rejects a signature that is more than 5 minutes off. Our client corrects its clock from 4 minutes on, as the
/// SDKs do.
constexpr runtime::Duration kSkewCorrected = 4min;
constexpr runtime::Duration kSkewNoticed = 1min;

void check_region(const Visit& visit, Findings& findings) {
  const std::string& region = visit.seams.target.region;
  const auto first = aws::non_empty(visit.seams.environment, "AWS_REGION");
  const auto second = aws::non_empty(visit.seams.environment, "AWS_DEFAULT_REGION");
  if (first && second && *first != *second) {
    findings.warning("region", region + "; AWS_REGION is " + *first + ", but AWS_DEFAULT_REGION is " + *second,
                     "set both to the same region: some AWS tools read only one of them");
    return;
  }
  findings.ok("region", region);
}

void check_endpoint(const Visit& visit, Findings& findings) {
  const aws::Target& target = visit.seams.target;
  const std::string urls =
      target.sqs.url == target.dynamodb.url ? target.sqs.url : target.sqs.url + " and " + target.dynamodb.url;
  if (target.is_local && visit.around.on_ecs) {
    findings.warning("endpoint", urls + ": a local endpoint inside an ECS task",
                     "unset AWS_ENDPOINT_URL, EKIDEN_ENDPOINT and EKIDEN_LOCAL in the task definition, unless another "
                     "container of this task serves this endpoint");
  } else if (!target.is_local && (target.sqs.url.starts_with("http:") || target.dynamodb.url.starts_with("http:"))) {
    findings.warning("endpoint", urls + ": messages travel unencrypted", "use an https:// endpoint");
  } else {
    findings.ok("endpoint", urls);
  }
}

/// Empty if there are credentials; otherwise the reason why there are none.
Task<std::optional<std::string>> look_for_credentials(Visit& visit, std::optional<runtime::WallTime>& expiration) {
  try {
    const std::shared_ptr<const aws::Credentials> found = co_await visit.seams.credentials->get();
    expiration = found->expiration;
    co_return std::nullopt;
  } catch (const aws::ConfigurationError& error) {
    co_return error.what();
  } catch (const aws::Error& error) {
    co_return error.what();
  }
}

Task<> check_credentials(Visit& visit, Findings& findings) {
  std::optional<runtime::WallTime> expiration;
  const std::optional<std::string> missing = co_await look_for_credentials(visit, expiration);
  // A provider with several sources takes the name of the source that had credentials.
  visit.provider = visit.seams.credentials->name();
  visit.has_credentials = !missing;
  if (missing) {
    const bool of_task = visit.around.on_ecs && !visit.around.has_task_role;
    const std::size_t advice = missing->rfind("; ");  // The provider's messages have the form "REASON; ADVICE".
    const std::string fix = advice == std::string::npos
                                ? "give the process credentials: a role on AWS, variables or a profile elsewhere"
                                : missing->substr(advice + 2);
    findings.fault("credentials", missing->substr(0, advice),
                   of_task ? use_the_task_role(visit.around, visit.provider) : fix);
    co_return;
  }
  std::string detail = "from the " + visit.provider;
  if (expiration) {
    const runtime::Duration left = *expiration - visit.seams.env.clock.wall_now();
    detail += left > 0s ? ", valid for another " + base::format_rounded(left) : ", expired";
    if (left <= 0s) {
      findings.fault("credentials", std::move(detail), "get new credentials: AWS rejects expired ones");
      co_return;
    }
  }
  if (visit.around.on_ecs && visit.around.has_task_role && !are_the_tasks(visit.provider)) {
    findings.warning("credentials", detail + ", although this task has a role",
                     use_the_task_role(visit.around, visit.provider));
    co_return;
  }
  findings.ok("credentials", std::move(detail));
}

void report_identity(const Visit& visit, Findings& findings) {
  const Principal& who = visit.principal;
  const std::string detail = who.title() + (who.account.empty() ? "" : " of account " + who.account) +
                             (who.title() == who.arn ? "" : " (" + who.arn + ")");
  if (acts_as_another(visit, who)) {
    findings.warning("identity", "this ECS task acts as " + detail + ", not as a task role",
                     use_the_task_role(visit.around, visit.provider));
  } else if (who.kind == Principal::Kind::kRoot) {
    findings.warning("identity", detail, "use a role that has only the permissions that the worker needs");
  } else {
    findings.ok("identity", detail);
  }
}

Task<> ask_sts(Visit& visit, Findings& findings) {
  const std::string& url = visit.seams.target.sts.url;
  aws::sts::StsClient client(visit.seams.env, visit.transport, visit.seams.credentials, visit.seams.target);
  try {
    const aws::sts::CallerIdentity identity = co_await client.get_caller_identity(kCall);
    visit.principal = principal_of(identity.arn, visit.provider);
    report_identity(visit, findings);
  } catch (const aws::Error& error) {
    Explanation result = explain(error, {"sts:GetCallerIdentity", url, {}}, visit);
    const bool is_refused = error.facts().http_status != 0 && !error.facts().retryable;
    if (is_refused || error.facts().credentials) {
      findings.fault("identity", std::move(result.detail), std::move(result.fix));
    } else {
      findings.warning("identity", std::move(result.detail),
                       "a worker does not need STS; to see the identity here, allow connections to " + url);
    }
  }
}

Task<> check_identity(Visit& visit, Findings& findings) {
  const aws::Target& target = visit.seams.target;
  if (!visit.has_credentials) {
    findings.not_tried("identity", "there are no credentials");
  } else if (!target.sts.configured && (target.is_local || (target.sqs.configured && target.dynamodb.configured))) {
    findings.not_tried("identity",
                       "there is no STS (Security Token Service) to ask: the endpoint is not AWS's own; set "
                       "AWS_ENDPOINT_URL_STS to check the identity");
  } else {
    co_await ask_sts(visit, findings);
  }
}

}  // namespace

bool acts_as_another(const Visit& visit, const Principal& who) {
  const bool is_instance = who.kind == Principal::Kind::kInstanceRole ||
                           (who.arn.empty() && visit.provider.find("instance role") != std::string::npos);
  const bool hides = visit.around.has_task_role && !are_the_tasks(visit.provider);
  return visit.around.on_ecs && (is_instance || hides);
}

Task<> check_place(Visit& visit, Findings& findings) {
  check_region(visit, findings);
  check_endpoint(visit, findings);
  co_await check_credentials(visit, findings);
  co_await check_identity(visit, findings);
}

void check_clock(const Visit& visit, Findings& findings) {
  const std::optional<runtime::Duration> ahead = visit.transport.ahead();
  if (!ahead) {
    findings.not_tried("clock", "no answer had a usable Date header");
    return;
  }
  const runtime::Duration off = std::chrono::abs(*ahead);
  if (off < kSkewNoticed) {
    findings.ok("clock",
                "within " + base::format_rounded(std::max<runtime::Duration>(off, 1s)) + " of the service's clock");
    return;
  }
  const std::string detail =
      base::format_rounded(off) + (*ahead > 0s ? " ahead of" : " behind") + " the service's clock";
  findings.warning(
      "clock",
      detail + (off >= kSkewCorrected ? ": AWS rejects requests that are 5 minutes off; this client corrects for it, "
                                        "other programs on this machine might not"
                                      : ": AWS rejects requests that are 5 minutes off"),
      "set this machine's clock (NTP; on EC2 the Amazon Time Sync Service)");
}

}  // namespace ekiden::worker::doctor
