// Checks of the queue, the permissions on it, and its dead-letter queue.
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

// Our own limits; the findings below give the reasons.
constexpr int kMaxReceiveCountGood = 5;
constexpr int kMaxReceiveCountPunishes = 2;
constexpr std::chrono::seconds kRetentionMax{1'209'600};  // SQS's limit: 14 days.

/// What the doctor found about a queue. `url` is empty if the queue was not found.
struct Queue {
  std::optional<aws::sqs::QueueUrl> url;
  std::optional<aws::sqs::Attributes> attributes;  ///< Empty if they could not be read.
  std::string subject;                             ///< "queue news"
  std::string arn;
  bool fifo = false;  ///< Reported as a fault already.
};

/// Looks up the queue `name` and reports problems under the check `check`. A worker needs the attributes of its own
/// queue, but not those of the dead-letter queue: `needs_attributes`.
Task<Queue> look_up(Visit& visit, std::string name, std::string check, bool needs_attributes, Findings& findings) {
  Queue queue;
  queue.fifo = aws::sqs::is_fifo_name(name);
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
    queue.fifo = queue.fifo || is_fifo(*queue.attributes);
  } catch (const aws::ConfigurationError& error) {
    queue.fifo = false;
    findings.fault(check, error.what(), "give the queue by its name, its URL or its ARN");
  } catch (const aws::Error& error) {
    Explanation result = explain(error, {action, queue.subject, queue.arn}, visit);
    const bool harmless = is_denied(error) && queue.url && !needs_attributes;
    if (!queue.fifo) {
      findings.add(check, harmless ? CheckStatus::kWarning : CheckStatus::kFault,
                   std::move(result.detail) + (harmless ? "; a worker does not need this permission" : ""),
                   std::move(result.fix));
    }
    if (!is_denied(error)) {
      queue.url.reset();  // If the user gave the URL, it does not prove that the queue exists.
    }
  }
  if (queue.fifo) {
    findings.fault(check,
                   std::string(aws::sqs::queue_name_of(name)) + " " +
                       std::string(needs_attributes ? kFifoQueueFault : kFifoDeadLetterFault),
                   std::string(needs_attributes ? kFifoQueueFix : kFifoDeadLetterFix));
  }
  co_return queue;
}

std::string allowed(const Visit& visit, const Queue& queue) {
  return "allowed on " + queue.subject + (visit.seams.target.is_local ? " (a local server allows everything)" : "");
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
  findings.not_tried(kReceive, "a test receive would hide a message and raise its receive count",
                     "check a running worker with --health" + (simulate.empty() ? "" : ", or run: " + simulate));
  if (!queue.url) {
    for (const std::string_view action : {kDelete, kChangeVisibility}) {
      findings.not_tried(action, "the queue could not be read");
    }
    co_return;
  }
  co_await probe_delete(visit, queue, findings);
  co_await probe_visibility(visit, queue, findings);
  const auto key = queue.attributes ? queue.attributes->find("KmsMasterKeyId") : aws::sqs::Attributes::const_iterator{};
  if (queue.attributes && key != queue.attributes->end() && !key->second.empty()) {
    findings.not_tried("kms:Decrypt", "the queue is encrypted with " + key->second + "; only a receive uses this key",
                       "allow kms:Decrypt on that key, also in its key policy");
  }
}

void check_redrive(const Queue& queue, const Settings& settings, Findings& findings) {
  constexpr std::string_view kName = "redrive policy";
  if (!queue.attributes) {
    findings.not_tried(kName, "the queue's attributes could not be read");
    return;
  }
  const std::optional<RedrivePolicy> policy = redrive_policy(*queue.attributes);
  const std::string add =
      "add a redrive policy with maxReceiveCount " + std::to_string(kMaxReceiveCountGood) + " or more to the queue";
  if (!policy) {
    const bool starts = !settings.dead_letter_queue.empty() || settings.allow_no_dead_letter_queue;
    findings.add(kName, starts ? CheckStatus::kWarning : CheckStatus::kFault,
                 starts ? "none: a message that fails is retried until its retention period ends"
                        : "none, so a worker does not start: there is no dead-letter queue for rejected messages",
                 starts ? add : add + ", or name a queue with --dead-letter-queue");
    return;
  }
  const int count = policy->max_receive_count;
  const std::string detail =
      "to " + std::string(policy->target.resource()) + " after " + base::counted(count, "receive");
  if (count <= kMaxReceiveCountPunishes) {
    findings.warning(kName, detail + ": each deploy costs every message that it interrupts one receive",
                     "set maxReceiveCount to " + std::to_string(kMaxReceiveCountGood) + " or more");
  } else if (count < kMaxReceiveCountGood) {
    findings.warning(kName, detail + ": a few deploys in a row can dead-letter a good message",
                     "set maxReceiveCount to " + std::to_string(kMaxReceiveCountGood) + " or more");
  } else {
    findings.ok(kName, detail);
  }
}

/// SQS counts a message's age from the first send: the time in the first queue counts in the dead-letter queue, too.
void check_retention(const Queue& queue, const Queue& dead, Findings& findings) {
  constexpr std::string_view kName = "dead-letter retention";
  if (!queue.attributes || !dead.attributes) {
    findings.not_tried(kName, "the attributes of both queues could not be read");
    return;
  }
  const std::chrono::seconds before(number_of(*queue.attributes, "MessageRetentionPeriod"));
  const std::chrono::seconds after(number_of(*dead.attributes, "MessageRetentionPeriod"));
  const std::string detail = base::format_rounded(after) + " (the queue itself: " + base::format_rounded(before) + ")";
  if (after > before || after >= kRetentionMax) {
    findings.ok(kName, detail);
  } else {
    findings.warning(kName,
                     detail + ": SQS counts a message's age from the first send, so dead letters can expire at once",
                     "set the dead-letter queue's MessageRetentionPeriod to 1209600 (14 days)");
  }
}

Task<> check_dead_letters(Visit& visit, const Queue& queue, const Settings& settings, Findings& findings) {
  constexpr const char* kName = "dead-letter queue";
  std::string name = settings.dead_letter_queue;
  if (name.empty() && !queue.attributes) {
    findings.not_tried(kName, "the queue's redrive policy could not be read, so the dead-letter queue is unknown");
    co_return;
  }
  if (name.empty()) {
    const std::optional<RedrivePolicy> policy = redrive_policy(*queue.attributes);
    name = policy ? policy->target.text() : std::string();
  }
  if (name.empty()) {
    findings.not_tried(kName, settings.allow_no_dead_letter_queue
                                  ? "none (--no-dead-letter-queue): rejected messages are retried until their "
                                    "retention period ends"
                                  : "none is configured");
    co_return;
  }
  const Queue dead = co_await look_up(visit, name, kName, false, findings);
  if (dead.url && queue.url && path_of(*dead.url) == path_of(*queue.url)) {
    findings.fault(kName, "is the queue itself: rejected messages would be received again without end",
                   "name another queue with --dead-letter-queue");
    co_return;
  }
  if (dead.attributes && !dead.fifo) {
    const long long waiting = number_of(*dead.attributes, "ApproximateNumberOfMessages");
    findings.ok(kName, std::string(aws::sqs::queue_name_of(name)) + ", " +
                           (waiting == 0 ? "empty" : base::counted(waiting, "message") + " in it"));
  }
  check_retention(queue, dead, findings);
  const std::string simulate = how_to_simulate({kSend, dead.subject, dead.arn}, visit);
  findings.not_tried(kSend, "to " + dead.subject + ": a test would send a message",
                     simulate.empty() ? "check that sqs:SendMessage is allowed on the dead-letter queue" : simulate);
}

void check_visibility(const Queue& queue, const Settings& settings, Findings& findings) {
  constexpr std::string_view kName = "visibility timeout";
  constexpr std::chrono::seconds kShort = 2 * aws::kPatience.first_byte / 1s * 1s;
  constexpr std::chrono::seconds kLong = 15min;
  if (!settings.visibility_timeout && !queue.attributes) {
    findings.not_tried(kName, "the queue's attributes could not be read");
    return;
  }
  const std::chrono::seconds timeout = settings.visibility_timeout.value_or(
      std::chrono::seconds(queue.attributes ? number_of(*queue.attributes, "VisibilityTimeout") : 0));
  // Handlers have no deadline to compare it with: a lease is extended after half of it for as long as the handler runs.
  const std::string time = base::format_rounded(timeout);
  const std::string where = settings.visibility_timeout ? "--visibility-timeout" : "the queue's visibility timeout";
  if (timeout < kShort) {
    findings.warning(kName,
                     time + " is short: one slow answer of SQS (up to " +
                         base::format_rounded(aws::kPatience.first_byte) + ") can let a message be received twice",
                     "set " + where + " to 30 s or more");
  } else if (timeout > kLong) {
    findings.warning(kName, time + " is long: if a worker is killed, its messages stay hidden for all of this time",
                     "set " + where + " to about 1 min; handlers can still run longer");
  } else {
    findings.ok(kName, time + ", extended at half of that time while a handler runs, for up to 12 h");
  }
}

}  // namespace

Task<> check_queue(Visit& visit, const Patient& patient, Findings& findings) {
  const Settings& settings = patient.settings;
  const Queue queue = co_await look_up(visit, settings.queue, "queue", true, findings);
  const bool second = !queue.arn.empty() && !visit.queue_arns.insert(queue.arn).second;
  if (second && queue.attributes && !queue.fifo) {
    findings.fault("queue", queue.arn + " is the queue of another handler, too: a message could reach the wrong one",
                   "set the key queue in the section [queue.NAME] of each handler to another queue");
  } else if (queue.attributes && !queue.fifo) {
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
