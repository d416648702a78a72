#include <ekiden/app/aws_setup.hpp>
#include <ekiden/app/doctor.hpp>
#include <ekiden/app/memory_limit.hpp>
#include <ekiden/app/option_names.hpp>
#include <ekiden/app/worker_options.hpp>
#include <ekiden/aws/config/region_error.hpp>
#include <ekiden/base/exit_status.hpp>
#include <ekiden/base/json/writer.hpp>
#include <ekiden/base/outlet.hpp>
#include <ekiden/base/words.hpp>

#include <algorithm>
#include <cstdio>

namespace ekiden::app {
namespace {

using worker::Check;
using worker::CheckStatus;

constexpr std::size_t kStatusWidth = 11;  // The length of "not tried" and two spaces.

/// Throws, when asked for credentials, the ConfigurationError that says why there are none.
class NoCredentials final : public aws::CredentialsProvider {
 public:
  explicit NoCredentials(std::string why) : why_(std::move(why)) {}
  Task<std::shared_ptr<const aws::Credentials>> get() override {
    throw aws::ConfigurationError(why_);
    co_return nullptr;
  }
  std::string_view name() const override { return "none"; }

 private:
  std::string why_;
};

std::shared_ptr<aws::CredentialsProvider> credentials_or_why_not(Process& process, const aws::Target& target,
                                                                 const aws::Profile& profile) {
  try {
    return find_credentials(process, target, profile);
  } catch (const aws::ConfigurationError& error) {
    return std::make_shared<NoCredentials>(error.what());
  }
}

/// Empty if only the region is missing or wrong: `why` is then set. Throws aws::ConfigurationError for every other
/// fault.
std::optional<aws::Target> target_unless_region_fails(Process& process, const Options& options,
                                                      const aws::Profile& profile,
                                                      std::optional<aws::RegionError>& why) {
  aws::TargetOptions asked = target_from(options);
  try {
    return find_target(process, asked, profile);
  } catch (const aws::RegionError& error) {
    if (asked.region) {
      throw;
    }
    why = error;
  }
  asked.region = "us-east-1";
  find_target(process, asked, profile);  // Throws if something else is wrong, too.
  return std::nullopt;
}

std::size_t count(const std::vector<Check>& checks, CheckStatus status) {
  return static_cast<std::size_t>(std::ranges::count(checks, status, &Check::status));
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

Task<int> examine_and_print(worker::DoctorSeams seams, std::vector<worker::Patient> patients, bool json) {
  Task<std::vector<Check>> examining = worker::examine(std::move(seams), std::move(patients));
  const std::vector<Check> checks = co_await std::move(examining);
  std::fputs((json ? doctor_json(checks) : doctor_table(checks)).c_str(), stdout);
  co_return count(checks, CheckStatus::kFault) == 0 ? base::kExitDone : base::kExitFailed;
}

/// Prints a fault that makes all other checks impossible. Returns the exit status.
int print_only(Check fault, bool json) {
  const std::vector<Check> checks{std::move(fault)};
  std::fputs((json ? doctor_json(checks) : doctor_table(checks)).c_str(), stdout);
  return base::kExitFailed;
}

}  // namespace

CommandSpec doctor_command(const std::vector<OptionSpec>& above) {
  CommandSpec command{
      .name = "doctor",
      .help = "check queue, table, permissions and settings, and say what to fix",
      .description =
          "Checks everything that a worker needs: credentials, region and endpoint; the queue with its redrive policy "
          "and dead-letter queue; the table and its key; permissions; memory; the clock; the time for a graceful "
          "shutdown. It takes the same options as the worker. Run it where the worker runs, with the worker's "
          "credentials. The result of each check is ok, warning, fault or not tried. For a warning or a fault the "
          "doctor prints how to fix it. The doctor changes nothing, receives no messages and sends none. The exit "
          "status is 1 if there is a fault, otherwise 0."};
  command.options.push_back(declare(
      option::kDoctorJson, {.help = "print a JSON object instead of the table", .scope = OptionScope::kFlagOnly}));
  std::vector<std::string> taken;
  for (const OptionSpec& option : above) {
    if (option.scope != OptionScope::kFlagOnly) {
      taken.push_back(option.name);
    }
  }
  command.inherits = std::move(taken);
  command.examples = {"{program} doctor --local", "{program} doctor --json"};
  return command;
}

int run_doctor(Process& process, const Invocation& call, std::vector<worker::Patient> patients) {
  const bool json = call.options.get(option::kDoctorJson);
  aws::Target::is_local_by_itself(target_from(call.options), Process::environment());  // Throws for wrong usage.
  aws::Profile profile;
  try {
    profile = find_profile(target_from(call.options));
  } catch (const aws::ConfigurationError& error) {
    return print_only(
        {"credentials", "", CheckStatus::kFault, error.what(), "correct AWS_PROFILE or the profile's file"}, json);
  }
  std::optional<aws::RegionError> why;
  const std::optional<aws::Target> target = target_unless_region_fails(process, call.options, profile, why);
  if (!target) {
    return print_only(
        {"region", "", CheckStatus::kFault, why->reason() + ", so nothing else can be checked", why->advice()}, json);
  }
  base::say(target->describe());
  const MemoryFindings memory = find_memory_limit(process, call.options);
  for (const std::string& fault : memory.faults) {
    base::say(fault);
  }
  worker::DoctorSeams seams{.env = process.env(),
                            .transport = process.transport(),
                            .target = *target,
                            .credentials = credentials_or_why_not(process, *target, profile),
                            .environment = Process::environment(),
                            .memory_limit = memory.limit};
  return process.run(examine_and_print(std::move(seams), std::move(patients), json));
}

std::string doctor_table(const std::vector<Check>& checks) {
  std::size_t name_width = 0;
  for (const Check& check : checks) {
    name_width = std::max(name_width, check.name.size());
  }
  const bool several =
      std::ranges::any_of(checks, [&](const Check& a) { return !a.queue.empty() && a.queue != checks.back().queue; });
  std::string text;
  std::string queue;
  for (const Check& check : checks) {
    if (several && check.queue != queue) {
      queue = check.queue;
      text += "queue " + queue + ":\n";
    }
    text += padded(std::string(to_string(check.status)), kStatusWidth) + padded(check.name, name_width + 2) +
            check.detail + "\n";
    if (check.status != CheckStatus::kOk && !check.fix.empty()) {
      text += std::string(kStatusWidth, ' ') + "-> " + check.fix + "\n";
    }
  }
  return text + base::counted(checks.size(), "check") + ": " + std::to_string(count(checks, CheckStatus::kOk)) +
         " ok, " + base::counted(count(checks, CheckStatus::kWarning), "warning") + ", " +
         base::counted(count(checks, CheckStatus::kFault), "fault") + ", " +
         std::to_string(count(checks, CheckStatus::kNotTried)) + " not tried\n";
}

std::string doctor_json(const std::vector<Check>& checks) {
  base::JsonWriter json(4096);
  json.begin_object().key("checks").begin_array();
  for (const Check& check : checks) {
    json.begin_object().field("name", check.name).field("queue", check.queue);
    json.field("status", to_string(check.status)).field("detail", check.detail).field("fix", check.fix).end_object();
  }
  json.end_array().key("summary").begin_object();
  const auto counts = [&](const char* name, CheckStatus status) {
    json.field(name, static_cast<std::int64_t>(count(checks, status)));
  };
  counts("ok", CheckStatus::kOk);
  counts("warning", CheckStatus::kWarning);
  counts("fault", CheckStatus::kFault);
  counts("not_tried", CheckStatus::kNotTried);
  json.end_object().end_object();
  return json.take() + "\n";
}

}  // namespace ekiden::app
