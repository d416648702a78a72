#include <ekiden/app/app.hpp>
#include <ekiden/app/aws_setup.hpp>
#include <ekiden/app/doctor.hpp>
#include <ekiden/app/option_names.hpp>
#include <ekiden/app/run_program.hpp>
#include <ekiden/app/worker_options.hpp>
#include <ekiden/base/outlet.hpp>
#include <ekiden/base/words.hpp>
#include <ekiden/ops/health.hpp>
#include <ekiden/worker/failure_text.hpp>

#include <algorithm>
#include <iostream>
#include <stdexcept>

#include "options/manual_parts.hpp"
#include "process_setup.hpp"
#include "worker_process.hpp"

namespace ekiden::app {
namespace {

constexpr const char* kDoctor = "doctor";

// The name of each handler's section in the configuration file.
std::vector<std::string> sections_of(const std::vector<WorkerProcess::Consumer>& consumers) {
  std::vector<std::string> sections;
  for (const auto& [defaults, handler, members] : consumers) {
    sections.push_back(defaults.queue);
  }
  return sections;
}

// Sets the program's defaults for each queue, and rejects sections of the file for unknown queues.
void apply_defaults(Options& options, const std::vector<WorkerProcess::Consumer>& consumers) {
  for (const auto& [defaults, handler, members] : consumers) {
    options.set_default(option::kQueue, defaults.queue, defaults.queue);
    if (!defaults.table.empty()) {
      options.set_default(option::kTable, defaults.table, defaults.queue);
    }
    if (!defaults.dead_letter_queue.empty()) {
      options.set_default(option::kDeadLetterQueue, defaults.dead_letter_queue, defaults.queue);
    }
  }
  options.require_queues(sections_of(consumers));
}

// With one queue, the help shows the program's defaults.
void show_defaults(CommandSpec& spec, const Defaults& defaults) {
  for (OptionSpec& option : spec.options) {
    if (option.id() == option::kQueue) {
      option.fallback = defaults.queue;
    } else if (option.id() == option::kTable) {
      option.fallback = defaults.table;
    } else if (option.id() == option::kDeadLetterQueue) {
      option.fallback = defaults.dead_letter_queue;
    }
  }
}

// With several queues, one --queue has no meaning: the help says how each queue is set instead.
void explain_queues(CommandSpec& spec, const std::vector<WorkerProcess::Consumer>& consumers) {
  const std::vector<std::string> sections = sections_of(consumers);
  for (OptionSpec& option : spec.options) {
    if (option.id() == option::kQueue) {
      option.help = "not accepted as a flag or a variable, because this program has a handler for each of " +
                    std::to_string(sections.size()) + " queues (" + base::join(sections, ", ") +
                    "). To set one, write the key queue in a section of the file that --config names, such as [queue." +
                    sections.front() + "]";
    }
  }
}

std::vector<worker::Patient> patients_of(const Options& options,
                                         const std::vector<WorkerProcess::Consumer>& consumers) {
  std::vector<worker::Patient> patients;
  for (const auto& [defaults, handler, members] : consumers) {
    patients.push_back({worker_settings(options, defaults.queue), members});
  }
  return patients;
}

// 0 stands for the flag without a process id.
int check_health(std::int64_t pid) {
  return ops::check_health(pid == 0 ? std::nullopt : std::optional<int>(static_cast<int>(pid)), std::cout);
}

std::vector<std::string> worker_examples(const std::vector<WorkerProcess::Consumer>& consumers) {
  const Defaults& defaults = consumers.front().defaults;
  const std::string queue = consumers.size() > 1 ? "" : " --queue " + defaults.queue;
  const std::string table = defaults.table.empty() || consumers.size() > 1 ? "" : " --table " + defaults.table;
  return {"{program} --local", "AWS_REGION=ap-northeast-1 {program}" + queue + table,
          "EKIDEN_MAX_IN_FLIGHT=100 {program} --config worker.toml", "{program} --health"};
}

}  // namespace

struct App::Parts {
  /// Whether the application has added a command of this name.
  bool has_command(std::string_view name) const {
    return std::ranges::any_of(commands, [name](const auto& command) { return command.first == name; });
  }
  bool has_doctor() const { return !consumers.empty() && !has_command(kDoctor); }

  void complete_spec(const std::vector<std::string>& words);
  int run(Invocation& call) const;
  int run_command(const CommandFn& command, const Invocation& call) const;

  CommandSpec spec;
  std::vector<std::pair<std::string, CommandFn>> commands;
  std::vector<WorkerProcess::Consumer> consumers;
};

App::App(std::string name, std::string help) : parts_(std::make_unique<Parts>()) {
  parts_->spec.name = std::move(name);
  parts_->spec.help = help.empty() ? "process the messages of an SQS queue" : std::move(help);
  parts_->spec.options = worker_options();
  parts_->spec.version = EKIDEN_VERSION;
}

App::~App() = default;

App& App::version(std::string text) {
  parts_->spec.version = std::move(text);
  return *this;
}

App& App::option(OptionSpec spec) {
  if (spec.group.empty()) {
    spec.group = "application";
  }
  parts_->spec.options.push_back(std::move(spec));
  return *this;
}

App& App::command(CommandSpec spec, CommandFn run) {
  parts_->commands.emplace_back(spec.name, std::move(run));
  parts_->spec.commands.push_back(std::move(spec));
  return *this;
}

App& App::consume_any(Defaults defaults, worker::AnyHandler handler, std::vector<worker::Member> members) {
  parts_->consumers.push_back({std::move(defaults), std::move(handler), std::move(members)});
  return *this;
}

/// Adds to the spec what depends on the path by which the program was called and on its queues.
void App::Parts::complete_spec(const std::vector<std::string>& words) {
  if (spec.name.empty()) {
    spec.name = words.empty() ? "worker" : program_name(words.front());
  }
  if (consumers.size() == 1) {
    show_defaults(spec, consumers.front().defaults);
  } else if (!consumers.empty()) {
    explain_queues(spec, consumers);
  }
  if (!consumers.empty()) {
    spec.examples = worker_examples(consumers);
  }
  if (has_doctor()) {
    spec.commands.push_back(doctor_command(spec.options));
  }
}

int App::Parts::run(Invocation& call) const {
  if (call.options.has(option::kHealth)) {
    return check_health(call.options.get(option::kHealth));
  }
  apply_defaults(call.options, consumers);
  if (!call.command.empty()) {
    const std::string& name = call.command.front();
    for (const auto& [own_name, own_command] : commands) {
      if (name == own_name) {
        return run_command(own_command, call);
      }
    }
    if (has_doctor() && name == kDoctor) {
      require_queue_for_each(call.options, sections_of(consumers));
      Process process;
      return run_doctor(process, call, patients_of(call.options, consumers));
    }
  }
  require_queue_for_each(call.options, sections_of(consumers));
  WorkerProcess process(call, spec.name, spec.version, consumers);
  return process.run();
}

int App::Parts::run_command(const CommandFn& command, const Invocation& call) const {
  Process process(offload_threads(call.options));
  const auto [target, credentials] = aws_setup(process, call.options);
  base::say(target.describe());
  try {
    return process.run(command({call, process.env(), process.transport(), target, credentials}));
  } catch (const aws::Error& error) {
    const std::string why = worker::failure_text(error, target);
    if (error.is(aws::codes::kNoCredentials)) {
      throw aws::ConfigurationError(why);
    }
    throw std::runtime_error(why);
  }
}

int App::run(int argc, char** argv) {
  set_up_process();
  std::vector<std::string> words(argv, argv + argc);
  parts_->complete_spec(words);
  return run_program(parts_->spec, std::move(words), [this](Invocation& call) { return parts_->run(call); });
}

}  // namespace ekiden::app
