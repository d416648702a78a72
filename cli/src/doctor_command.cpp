#include <ekiden/app/doctor.hpp>
#include <ekiden/app/worker_options.hpp>

#include "commands.hpp"
#include "up/worker_command.hpp"

namespace ekiden::cli {

int run_doctor(app::Process& process, const app::Invocation& call) {
  app::Options options = call.options;
  std::vector<std::string> sections = options.queue_sections();
  if (sections.empty()) {
    if (!options.has("queue")) {
      const Names news;
      options.set_default("queue", news.queue);
      options.set_default("table", news.table);
    }
    sections.emplace_back();
  }
  std::vector<worker::Patient> patients;
  for (const std::string& section : sections) {
    if (!section.empty()) {
      options.set_default("queue", section, section);  // As a worker consumes it.
    }
    patients.push_back({app::worker_settings(options, section), {}});
  }
  return app::run_doctor(process, call, std::move(patients));
}

}  // namespace ekiden::cli
