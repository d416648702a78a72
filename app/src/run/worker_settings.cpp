#include <ekiden/app/option_names.hpp>
#include <ekiden/app/worker_options.hpp>
#include <ekiden/base/words.hpp>

#include <algorithm>
#include <thread>

namespace ekiden::app {

worker::Settings worker_settings(const Options& options, std::string_view section) {
  if (options.is_set(option::kDeadLetterQueue, section) && options.is_set(option::kNoDeadLetterQueue, section) &&
      options.get(option::kNoDeadLetterQueue, section)) {
    options.refuse_both(option::kDeadLetterQueue, option::kNoDeadLetterQueue, section);
  }
  worker::Settings settings;
  settings.queue = options.get(option::kQueue, section);
  settings.table = options.get(option::kTable, section);
  settings.dead_letter_queue = options.get(option::kDeadLetterQueue, section);
  settings.allow_no_dead_letter_queue = options.get(option::kNoDeadLetterQueue, section);
  settings.table_key = options.get(option::kTableKey, section);
  settings.max_in_flight = static_cast<std::size_t>(options.get(option::kMaxInFlight, section));
  settings.poll_interval = options.get(option::kPollInterval, section);
  settings.wait_time = std::chrono::floor<std::chrono::seconds>(options.get(option::kWaitTime, section));
  if (options.has(option::kVisibilityTimeout, section)) {
    settings.visibility_timeout =
        std::chrono::floor<std::chrono::seconds>(options.get(option::kVisibilityTimeout, section));
  }
  settings.write_linger = options.get(option::kWriteLinger, section);
  settings.delete_linger = options.get(option::kDeleteLinger, section);
  settings.retry_initial = options.get(option::kRetryInitial, section);
  settings.retry_max = options.get(option::kRetryMax, section);
  settings.stop_timeout = options.get(option::kStopTimeout);
  settings.stall_timeout = options.get(option::kStallTimeout);
  settings.restart_intensity = {.restarts = static_cast<unsigned>(options.get(option::kMaxRestarts)),
                                .window = options.get(option::kRestartWindow)};

  const std::vector<OptionSpec> known = worker_options();
  for (const OptionSpec& spec : options.specs()) {
    const bool ours =
        std::any_of(known.begin(), known.end(), [&](const OptionSpec& other) { return other.name == spec.name; });
    if (!ours && options.has(spec.id(), section)) {
      settings.options[spec.name] = options.as_written(spec.id(), section);
    }
  }
  return settings;
}

void require_queue_for_each(const Options& options, const std::vector<std::string>& sections) {
  if (sections.size() < 2) {
    return;
  }
  if (options.is_set(option::kQueue)) {
    const bool by_variable = options.source(option::kQueue) == OptionSource::kEnvironment;
    throw UsageError(options.named(option::kQueue) + " \"" + options.get(option::kQueue) + "\" names one queue for " +
                     std::to_string(sections.size()) + " handlers (" + base::join(sections, ", ") +
                     "); remove it, and name the queue of a handler as queue in the section [queue." +
                     sections.front() + "] of the file that --config names" +
                     (by_variable ? ", or give `ekiden up` one --queue for each handler" : ""));
  }
  for (auto one = sections.begin(); one != sections.end(); ++one) {
    const std::string queue = options.get(option::kQueue, *one);
    const auto same = std::find_if(
        sections.begin(), one, [&](const std::string& other) { return options.get(option::kQueue, other) == queue; });
    if (same == one) {
      continue;
    }
    if (*same == *one) {
      throw UsageError("the program has two handlers for queue \"" + *one +
                       "\", so a message could reach the wrong one; give each consume() another queue");
    }
    const std::string& named = options.is_set(option::kQueue, *one) ? *one : *same;
    const std::string& other = named == *one ? *same : *one;
    throw UsageError(options.named(option::kQueue, named) + " \"" + queue +
                     "\" is the queue of another handler, too (" + other +
                     "), so a message could reach the wrong one; give each handler another queue");
  }
}

unsigned offload_threads(const Options& options) {
  if (options.has(option::kOffloadThreads)) {
    return static_cast<unsigned>(options.get(option::kOffloadThreads));
  }
  return std::max(1U, std::thread::hardware_concurrency());  // 0: the system does not say.
}

aws::TargetOptions target_from(const Options& options) {
  aws::TargetOptions target;
  target.endpoint_name = options.named(option::kEndpoint);
  target.region_name = options.named(option::kRegion);
  target.local_name = options.named(option::kLocal);
  if (options.has(option::kEndpoint)) {
    target.endpoint = options.get(option::kEndpoint);
  }
  if (options.has(option::kRegion)) {
    target.region = options.get(option::kRegion);
  }
  target.local = options.get(option::kLocal);
  return target;
}

}  // namespace ekiden::app
