// The queue, the rights on it, and where its dead letters go.
#include <ekiden/aws/names.hpp>
#include <ekiden/base/quantity.hpp>
#include <ekiden/base/words.hpp>

#include <array>
#include <optional>

#include "explain.hpp"
#include "start/queue_facts.hpp"
#include "visit.hpp"

namespace ekiden::worker::doctor {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kSend = "sqs:SendMessage";
constexpr std::string_view kReceive = "sqs:ReceiveMessage";
constexpr std::string_view kDelete = "sqs:DeleteMessage";
constexpr std::string_view kChangeVisibility = "sqs:ChangeMessageVisibility";

// Ours, with reasons below.
constexpr int kMaxReceiveCountGood = 5;
constexpr int kMaxReceiveCountPunishes = 2;
constexpr std::chrono::seconds kRetentionMax{1'209'600};  // SQS's own: 14 days.

/// What was found of the queue; no URL: nothing.
struct Queue {
  std::optional<aws::sqs::QueueUrl> url;
  std::optional<aws::sqs::Attributes> attributes;  ///< Nothing where they may not be read.
  std::string subject;                             ///< "queue news"
  std::string arn;
};

/// Looks `name` up; reports under `check` what goes wrong. A worker reads the attributes of its queue alone.
Task<Queue> look_up(Visit& visit, std::string name, std::string check, bool needs_attributes, Findings& findings) {
  Queue queue;
  queue.subject = "queue " + std::string(aws::sqs::queue_name_of(name));
  std::string_view action = "sqs:GetQueueUrl";
  try {
    queue.url = co_await visit.sqs.find_queue(name, kCall);
    queue.arn = name.starts_with("arn:") ? name : arn_of(*queue.url);
    action = "sqs:GetQueueAttributes";
    queue.attributes = co_await visit.sqs.get_queue_attributes(*queue.url, {}, kCall);
    if (const auto arn = queue.attributes->find("QueueArn"); arn != queue.attributes->end()) {
      queue.arn = arn->second;
    }
  } catch (const aws::ConfigurationError& error) {
    findings.fault(check, error.what(), "name the queue as it is called, by its URL or by its ARN");
  } catch (const aws::Error& error) {
    Explanation told = explain(error, {action, queue.subject, queue.arn}, visit);
    const bool harmless = is_denied(error) && queue.url && !needs_attributes;
    findings.add(check, harmless ? CheckStatus::kWarning : CheckStatus::kFault,
                 std::move(told.detail) + (harmless ? "; a worker does not need to" : ""), std::move(told.fix));
    if (!is_denied(error)) {
      queue.url.reset();  // A URL that was given tells nothing: the queue may not be there.
    }
  }
  co_return queue;
}

std::string allowed(const Visit& visit, const Queue& queue) {
  return "allowed on " + queue.subject + (visit.seams.target.is_local ? ", as all is on a local server" : "");
}

Task<> probe_delete(Visit& visit, const Queue& queue, Findings& findings) {
  const Right right{kDelete, queue.subject, queue.arn};
  try {
    co_await visit.sqs.delete_message(*queue.url, aws::sqs::ReceiptHandle("x"), kCall);
    findings.ok(kDelete, allowed(visit, queue));
  } catch (const aws::Error& error) {
    if (error.is("ReceiptHandleIsInvalid")) {
      findings.ok(kDelete, allowed(visit, queue));
    } else {
      report_denial(findings, error, right, visit);
    }
  }
}

Task<> probe_visibility(Visit& visit, const Queue& queue, Findings& findings) {
  const Right right{kChangeVisibility, queue.subject, queue.arn};
  try {
    const aws::sqs::VisibilityChange change{aws::sqs::ReceiptHandle("x"), 30s};
    co_await visit.sqs.change_visibility(*queue.url, change, kCall);
    findings.ok(kChangeVisibility, allowed(visit, queue));
  } catch (const aws::Error& error) {
    if (error.is("ReceiptHandleIsInvalid") || error.is("MessageNotInflight")) {
      findings.ok(kChangeVisibility, allowed(visit, queue));
    } else {
      report_denial(findings, error, right, visit);
    }
  }
}

Task<> check_rights(Visit& visit, const Queue& queue, Findings& findings) {
  const std::string simulate = how_to_simulate({kReceive, queue.subject, queue.arn}, visit);
  findings.not_tried(kReceive, "a receive would hide a message and raise its count: a worker's first one tells",
                     "ask a running worker with --health" + (simulate.empty() ? "" : ", or: " + simulate));
  if (!queue.url) {
    for (const std::string_view action : {kDelete, kChangeVisibility}) {
      findings.not_tried(action, "the queue could not be looked at");
    }
    co_return;
  }
  co_await probe_delete(visit, queue, findings);
  co_await probe_visibility(visit, queue, findings);
  const auto key = queue.attributes ? queue.attributes->find("KmsMasterKeyId") : aws::sqs::Attributes::const_iterator{};
  if (queue.attributes && key != queue.attributes->end() && !key->second.empty()) {
    findings.not_tried("kms:Decrypt", "the queue is encrypted with " + key->second + ", which only a receive uses",
                       "allow kms:Decrypt on that key, in its key policy too");
  }
}

void check_redrive(const Queue& queue, const Settings& settings, Findings& findings) {
  constexpr std::string_view kName = "redrive policy";
  if (!queue.attributes) {
    findings.not_tried(kName, "the queue's attributes are not known");
    return;
  }
  const std::optional<RedrivePolicy> policy = redrive_policy(*queue.attributes);
  const std::string give =
      "give the queue a redrive policy with maxReceiveCount " + std::to_string(kMaxReceiveCountGood) + " or more";
  if (!policy) {
    const bool starts = !settings.dead_letter_queue.empty() || settings.allow_no_dead_letter_queue;
    findings.add(kName, starts ? CheckStatus::kWarning : CheckStatus::kFault,
                 starts ? "none: what fails is tried again until its retention ends"
                        : "none, so that a worker does not start: rejected messages would have nowhere to go",
                 starts ? give : give + ", or name a queue with --dead-letter-queue");
    return;
  }
  const int count = policy->max_receive_count;
  const std::string detail =
      "to " + std::string(policy->target.resource()) + " after " + base::counted(count, "receive");
  if (count <= kMaxReceiveCountPunishes) {
    findings.warning(kName, detail + ": a deploy counts as a receive of each message that it interrupts",
                     "set maxReceiveCount to " + std::to_string(kMaxReceiveCountGood) + " or more");
  } else if (count < kMaxReceiveCountGood) {
    findings.warning(kName, detail + ": a few deploys in a row make a dead letter of a good message",
                     "set maxReceiveCount to " + std::to_string(kMaxReceiveCountGood) + " or more");
  } else {
    findings.ok(kName, detail);
  }
}

/// Age counts from the first sending, so that a dead letter has only what its first queue has left it.
void check_retention(const Queue& queue, const Queue& dead, Findings& findings) {
  constexpr std::string_view kName = "dead-letter retention";
  if (!queue.attributes || !dead.attributes) {
    findings.not_tried(kName, "the attributes of both queues are needed");
    return;
  }
  const std::chrono::seconds before(number_of(*queue.attributes, "MessageRetentionPeriod"));
  const std::chrono::seconds after(number_of(*dead.attributes, "MessageRetentionPeriod"));
  const std::string detail = base::format_rounded(after) + ", the queue's own " + base::format_rounded(before);
  if (after > before || after >= kRetentionMax) {
    findings.ok(kName, detail);
  } else {
    findings.warning(kName, detail + ": age counts from the first sending, so that dead letters may be gone at once",
                     "set the dead-letter queue's MessageRetentionPeriod to 1209600 (14 days)");
  }
}

Task<> check_dead_letters(Visit& visit, const Queue& queue, const Settings& settings, Findings& findings) {
  constexpr const char* kName = "dead-letter queue";
  std::string name = settings.dead_letter_queue;
  if (name.empty() && !queue.attributes) {
    findings.not_tried(kName, "the queue's attributes, which name it, are not known");
    co_return;
  }
  if (name.empty()) {
    const std::optional<RedrivePolicy> policy = redrive_policy(*queue.attributes);
    name = policy ? policy->target.text() : std::string();
  }
  if (name.empty()) {
    findings.not_tried(kName, settings.allow_no_dead_letter_queue
                                  ? "none, as --no-dead-letter-queue says: rejected messages are lost"
                                  : "none is named");
    co_return;
  }
  const Queue dead = co_await look_up(visit, name, kName, false, findings);
  if (dead.url && queue.url && path_of(*dead.url) == path_of(*queue.url)) {
    findings.fault(kName, "is the queue itself: what is rejected would come again for ever",
                   "name another with --dead-letter-queue");
    co_return;
  }
  if (dead.attributes) {
    const long long waiting = number_of(*dead.attributes, "ApproximateNumberOfMessages");
    findings.ok(kName, std::string(aws::sqs::queue_name_of(name)) + ", " +
                           (waiting == 0 ? "empty" : base::counted(waiting, "message") + " in it"));
  }
  check_retention(queue, dead, findings);
  const std::string simulate = how_to_simulate({kSend, dead.subject, dead.arn}, visit);
  findings.not_tried(kSend, "to " + dead.subject + ": a probe would send",
                     simulate.empty() ? "allow it beside the rights on the queue" : simulate);
}

void check_visibility(const Queue& queue, const Settings& settings, Findings& findings) {
  constexpr std::string_view kName = "visibility timeout";
  constexpr std::chrono::seconds kShort = 2 * aws::kAttemptDeadline / 1s * 1s;
  constexpr std::chrono::seconds kLong = 15min;
  if (!settings.visibility_timeout && !queue.attributes) {
    findings.not_tried(kName, "the queue's attributes are not known");
    return;
  }
  const std::chrono::seconds timeout = settings.visibility_timeout.value_or(
      std::chrono::seconds(queue.attributes ? number_of(*queue.attributes, "VisibilityTimeout") : 0));
  // There is no deadline for handlers to hold it against: a lease is extended at half of it, while its handler runs.
  const std::string detail = base::format_rounded(timeout) + ", extended every " + base::format_rounded(timeout / 2) +
                             " while a handler runs, for up to 12 h";
  const std::string where = settings.visibility_timeout ? "--visibility-timeout" : "the queue's visibility timeout";
  if (timeout < kShort) {
    findings.warning(kName,
                     detail + ": one slow answer, which may take " + base::format_rounded(aws::kAttemptDeadline) +
                         ", and the message is received twice",
                     "set " + where + " to 30 s or more");
  } else if (timeout > kLong) {
    findings.warning(kName, detail + ": what a worker held that is killed comes again only after all of it",
                     "set " + where + " to a minute or so: handlers may take longer all the same");
  } else {
    findings.ok(kName, detail);
  }
}

}  // namespace

Task<> check_queue(Visit& visit, const Patient& patient, Findings& findings) {
  const Settings& settings = patient.settings;
  const Queue queue = co_await look_up(visit, settings.queue, "queue", true, findings);
  if (queue.attributes) {
    findings.ok("queue", queue.arn + ", " +
                             base::counted(number_of(*queue.attributes, "ApproximateNumberOfMessages"), "message") +
                             " waiting");
  }
  co_await check_rights(visit, queue, findings);
  check_redrive(queue, settings, findings);
  co_await check_dead_letters(visit, queue, settings, findings);
  check_visibility(queue, settings, findings);
}

}  // namespace ekiden::worker::doctor
