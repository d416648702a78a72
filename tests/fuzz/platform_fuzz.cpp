// The readers of the answers of ECS's endpoints, which never throw.
#include <cmath>

#include "fuzz.hpp"
#include "platform/answers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = ekiden::fuzz;
  const std::string body(fuzz::text_of(data, size));
  const ekiden::aws::EcsFacts facts = ekiden::aws::read_metadata(body);
  static_cast<void>(facts.task_id());
  static_cast<void>(facts.task.region());
  static_cast<void>(facts.task.account());
  fuzz::require(facts.fault.empty() || !facts.memory_bytes, "an answer with a fault sets no limit");
  fuzz::require(facts.memory_bytes.value_or(1) > 0, "no limit is not a limit of 0");
  for (const bool enabled : {true, false}) {
    const std::string fault = ekiden::aws::protection_fault(200, body, enabled);
    fuzz::require(fault.size() < 2'100, "a fault is short");
    fuzz::require(!fault.empty() || body.find("ProtectionEnabled") != std::string::npos, "protection is confirmed");
    fuzz::require(!ekiden::aws::protection_fault(500, body, enabled).empty(), "an error confirms nothing");
  }
  return 0;
}
