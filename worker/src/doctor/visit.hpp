// Visit: what the checks of one examination share.
#pragma once

#include <ekiden/aws/dynamodb/client.hpp>
#include <ekiden/aws/sqs/client.hpp>
#include <ekiden/worker/doctor.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "date_watch.hpp"
#include "principal.hpp"
#include "surroundings.hpp"

namespace ekiden::worker::doctor {

/// Who waits for an examination has less patience than a worker.
inline constexpr aws::CallOptions kCall{.attempts = 2, .deadline = std::chrono::seconds(5)};

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
  std::string provider;  ///< Of the credentials, by name.
  Principal principal;   ///< Whose they are, as far as it is known.
  bool has_credentials = false;
};

/// True on ECS for the keys of an instance, and for any that hide the role which the task has.
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

/// Region, endpoint, credentials, identity. Learns Visit::principal and Visit::has_credentials.
Task<> check_place(Visit& visit, Findings& findings);
/// What the answers to the other checks told of the time.
void check_clock(const Visit& visit, Findings& findings);
/// The queue, the rights on it, its redrive policy, its dead-letter queue, its visibility timeout.
Task<> check_queue(Visit& visit, const Patient& patient, Findings& findings);
/// The table, its key, the rights on it.
Task<> check_table(Visit& visit, const Patient& patient, Findings& findings);
/// The time that a drain has.
void check_drain(const Visit& visit, const Settings& settings, Findings& findings);
/// The memory limit.
void check_memory(const Visit& visit, Findings& findings);

}  // namespace ekiden::worker::doctor
