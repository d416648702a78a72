#include <ekiden/aws/names.hpp>
#include <ekiden/worker/doctor.hpp>

#include <iterator>

#include "visit.hpp"

namespace ekiden::worker {
namespace {

void append(std::vector<Check>& checks, std::vector<Check> more) {
  checks.insert(checks.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

std::string_view to_string(CheckStatus status) {
  switch (status) {
    case CheckStatus::kOk:
      return "ok";
    case CheckStatus::kWarning:
      return "warning";
    case CheckStatus::kFault:
      return "fault";
    case CheckStatus::kNotTried:
      break;
  }
  return "not tried";
}

Task<std::vector<Check>> examine(DoctorSeams seams, std::vector<Patient> patients) {
  doctor::Visit visit(std::move(seams));
  doctor::Findings place;
  co_await doctor::check_place(visit, place);
  std::vector<Check> queues;
  for (const Patient& patient : patients) {
    const std::string& queue = patient.settings.queue;
    doctor::Findings findings(std::string(aws::sqs::queue_name_of(queue)));
    if (visit.has_credentials) {
      co_await doctor::check_queue(visit, patient, findings);
      co_await doctor::check_table(visit, patient, findings);
    } else {
      findings.not_tried("queue", "there are no credentials");
      findings.not_tried("table", "there are no credentials");
    }
    append(queues, findings.take());
  }
  doctor::check_clock(visit, place);  // Needs the answers of all other checks; reported first, as it can be the cause.
  if (!patients.empty()) {
    doctor::check_drain(visit, patients.front().settings, place);
  }
  doctor::check_memory(visit, place);
  std::vector<Check> checks = place.take();
  append(checks, std::move(queues));
  co_return checks;
}

}  // namespace ekiden::worker
