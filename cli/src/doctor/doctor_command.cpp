#include "doctor_command.hpp"

#include <ekiden/app/doctor.hpp>
#include <ekiden/app/worker_options.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

#include "local/work_place.hpp"
#include "option_names.hpp"

namespace ekiden::cli {

/// The doctor for workers that are not an App, and so have no doctor command. It checks the settings, but does not know
/// the handler.
app::CommandSpec doctor_spec() {
  std::vector<app::OptionSpec> options = app::worker_options();
  std::erase_if(options, [](const app::OptionSpec& option) { return option.scope == app::OptionScope::kFlagOnly; });
  app::CommandSpec command = app::doctor_command(options);
  command.inherits.reset();
  std::ranges::move(options, std::back_inserter(command.options));
  command.description += " Without --queue it checks the queue and the table of the news example.";
  command.examples = {"{program} doctor --local", "{program} doctor --queue orders --table orders --json",
                      "{program} doctor --config worker.toml"};
  return command;
}

int run_doctor(app::Process& process, const app::Invocation& call) {
  app::Options options = call.options;
  std::vector<std::string> sections = options.queue_sections();
  if (sections.empty()) {
    if (!options.has(option::kQueue)) {
      const Names news;
      options.set_default(option::kQueue, news.queues.front());
      options.set_default(option::kTable, news.tables.front().name);
    }
    sections.emplace_back();
  }
  std::vector<worker::Patient> patients;
  for (const std::string& section : sections) {
    if (!section.empty()) {
      options.set_default(option::kQueue, section, section);  // As a worker consumes it.
    }
    patients.push_back({app::worker_settings(options, section), {}});
  }
  app::require_queue_for_each(options, sections);
  return app::run_doctor(process, call, std::move(patients));
}

}  // namespace ekiden::cli
