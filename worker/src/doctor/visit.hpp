// Visit: state that all checks of one examination share.
#pragma once

#include <ekiden/aws/dynamodb/client.hpp>
#include <ekiden/aws/sqs/client.hpp>
#include <ekiden/worker/doctor.hpp>

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "date_watch.hpp"
#include "principal.hpp"
#include "surroundings.hpp"

namespace ekiden::worker::doctor {

/// A person waits for the result: give up sooner than a worker does.
inline constexpr http::Patience kShortPatience{
    .connect = std::chrono::seconds(5), .first_byte = std::chrono::seconds(5), .silence = std::chrono::seconds(5)};
inline constexpr aws::CallOptions kCall{.attempts = 2, .patience = kShortPatience};

struct Visit {
  explicit Visit(DoctorSeams of)
      : seams(std::move(of)),
        around(seams.environment),
        transport(seams.transport, seams.env.clock),
        sqs(seams.env, transport, seams.credentials, seams.target),
        dynamodb(seams.env, transport, seams.credentials, seams.target),
        provider(seams.credentials->name()) {}

  DoctorSeams seams;
  Surroundings around;
  DateWatch transport;
  aws::sqs::SqsClient sqs;
  aws::dynamodb::DynamoDbClient dynamodb;
  std::string provider;  ///< The name of the source of the credentials.
  Principal principal;   ///< The owner of the credentials, as far as it is known.
  bool has_credentials = false;
  std::set<std::string> queue_arns;  ///< The queues of the handlers that were examined.
};

/// True on ECS if the credentials are those of the EC2 instance, or if other credentials take precedence over the
/// task's role.
bool acts_as_another(const Visit& visit, const Principal& who);

/// The findings about one queue, or about the process.
class Findings {
 public:
  explicit Findings(std::string queue = {}) : queue_(std::move(queue)) {}

  void ok(std::string_view name, std::string detail) { add(name, CheckStatus::kOk, std::move(detail), {}); }
  void warning(std::string_view name, std::string detail, std::string fix) {
    add(name, CheckStatus::kWarning, std::move(detail), std::move(fix));
  }
  void fault(std::string_view name, std::string detail, std::string fix) {
    add(name, CheckStatus::kFault, std::move(detail), std::move(fix));
  }
  void not_tried(std::string_view name, std::string detail, std::string fix = {}) {
    add(name, CheckStatus::kNotTried, std::move(detail), std::move(fix));
  }
  void add(std::string_view name, CheckStatus status, std::string detail, std::string fix) {
    checks_.push_back({std::string(name), queue_, status, std::move(detail), std::move(fix)});
  }

  std::vector<Check> take() { return std::move(checks_); }

 private:
  std::string queue_;
  std::vector<Check> checks_;
};

/// Region, endpoint, credentials, identity. Sets Visit::principal, Visit::provider and Visit::has_credentials.
Task<> check_place(Visit& visit, Findings& findings);
/// The difference between our clock and the service's, from the answers to the other checks.
void check_clock(const Visit& visit, Findings& findings);
/// The queue, the permissions on it, its redrive policy, its dead-letter queue, its visibility timeout.
Task<> check_queue(Visit& visit, const Patient& patient, Findings& findings);
/// The table, its key, the permissions on it.
Task<> check_table(Visit& visit, const Patient& patient, Findings& findings);
/// The time that a drain has before the platform kills the process.
void check_drain(const Visit& visit, const Settings& settings, Findings& findings);
/// The memory limit that the platform sets.
void check_memory(const Visit& visit, Findings& findings);

}  // namespace ekiden::worker::doctor
