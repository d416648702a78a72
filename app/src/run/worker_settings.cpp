#include <ekiden/app/worker_options.hpp>

#include <algorithm>

namespace ekiden::app {

worker::Settings worker_settings(const Options& options, std::string_view section) {
  worker::Settings settings;
  settings.queue = options.text("queue", section);
  settings.table = options.text("table", section);
  settings.dead_letter_queue = options.text("dead-letter-queue", section);
  settings.allow_no_dead_letter_queue = options.flag("no-dead-letter-queue", section);
  settings.table_key = options.list("table-key", section);
  settings.max_in_flight = static_cast<std::size_t>(options.integer("max-in-flight", section));
  settings.poll_interval = options.duration("poll-interval", section);
  settings.wait_time = std::chrono::floor<std::chrono::seconds>(options.duration("wait-time", section));
  if (options.has("visibility-timeout", section)) {
    settings.visibility_timeout =
        std::chrono::floor<std::chrono::seconds>(options.duration("visibility-timeout", section));
  }
  settings.write_linger = options.duration("write-linger", section);
  settings.delete_linger = options.duration("delete-linger", section);
  settings.retry_initial = options.duration("retry-initial", section);
  settings.retry_max = options.duration("retry-max", section);
  settings.stop_timeout = options.duration("stop-timeout");
  settings.stall_timeout = options.duration("stall-timeout");
  settings.restart_intensity = {.restarts = static_cast<unsigned>(options.integer("max-restarts")),
                                .window = options.duration("restart-window")};

  const std::vector<OptionSpec> known = worker_options();
  for (const OptionSpec& spec : options.specs()) {
    const bool ours =
        std::any_of(known.begin(), known.end(), [&](const OptionSpec& other) { return other.name == spec.name; });
    if (!ours && options.has(spec.name, section)) {
      settings.options[spec.name] = options.text(spec.name, section);
    }
  }
  return settings;
}

aws::TargetOptions target_from(const Options& options) {
  aws::TargetOptions target;
  if (options.has("endpoint")) {
    target.endpoint = options.text("endpoint");
  }
  if (options.has("region")) {
    target.region = options.text("region");
  }
  target.local = options.flag("local");
  return target;
}

}  // namespace ekiden::app
