#include <ekiden/app/app.hpp>
#include <ekiden/app/aws_setup.hpp>
#include <ekiden/app/doctor.hpp>
#include <ekiden/app/worker_options.hpp>
#include <ekiden/ops/health.hpp>
#include <ekiden/worker/failure_text.hpp>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <stdexcept>

#include "worker_process.hpp"

namespace ekiden::app {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
constexpr const char* kDoctor = "doctor";

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// What the program gives as defaults. With one queue its options are the flat ones; with several each has its section.
void apply_defaults(Options& options, const std::vector<WorkerProcess::Consumer>& consumers) {
  std::vector<std::string> sections;
  for (const auto& [defaults, handler, members] : consumers) {
    sections.push_back(defaults.queue);
    options.set_default("queue", defaults.queue, defaults.queue);
    if (!defaults.table.empty()) {
      options.set_default("table", defaults.table, defaults.queue);
    }
    if (!defaults.dead_letter_queue.empty()) {
      options.set_default("dead-letter-queue", defaults.dead_letter_queue, defaults.queue);
    }
  }
  options.require_queues(sections);
}

// With one queue, its names are the help's too.
void show_defaults(CommandSpec& spec, const Defaults& defaults) {
  for (OptionSpec& option : spec.options) {
    if (option.name == "queue") {
      option.fallback = defaults.queue;
    } else if (option.name == "table") {
      option.fallback = defaults.table;
    } else if (option.name == "dead-letter-queue") {
      option.fallback = defaults.dead_letter_queue;
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

std::vector<std::string> worker_examples(const Defaults& defaults) {
  const std::string table = defaults.table.empty() ? "" : " --table " + defaults.table;
  return {"{program} --local", "AWS_REGION=ap-northeast-1 {program} --queue " + defaults.queue + table,
          "EKIDEN_MAX_IN_FLIGHT=100 {program} --config worker.toml", "{program} --health"};
}

}  // namespace

struct App::Parts {
  /// Of the application's own.
  bool has_command(std::string_view name) const {
    return std::ranges::any_of(commands, [name](const auto& command) { return command.first == name; });
  }

  CommandSpec spec;
  std::vector<std::pair<std::string, CommandFn>> commands;
  std::vector<WorkerProcess::Consumer> consumers;
};

App::App(std::string name, std::string help) : parts_(std::make_unique<Parts>()) {
  parts_->spec.name = std::move(name);
  parts_->spec.help = help.empty() ? "drains an SQS queue" : std::move(help);
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

int App::run(int argc, char** argv) {
  std::vector<std::string> words(argv, argv + argc);
  if (parts_->spec.name.empty()) {
    parts_->spec.name = words.empty() ? "worker" : file_name(words.front());
  }
  if (parts_->consumers.size() == 1) {
    show_defaults(parts_->spec, parts_->consumers.front().defaults);
  }
  if (!parts_->consumers.empty()) {
    parts_->spec.examples = worker_examples(parts_->consumers.front().defaults);
  }
  const bool has_doctor = !parts_->consumers.empty() && !parts_->has_command(kDoctor);
  if (has_doctor) {
    parts_->spec.commands.push_back(doctor_command(parts_->spec.options));
  }
  const std::string& name = parts_->spec.name;
  const auto complain = [&name](const char* what) { std::fprintf(stderr, "%s: %s\n", name.c_str(), what); };
  try {
    Invocation call = parse_command_line(parts_->spec, std::move(words), process_environment());
    if (call.output) {
      std::fputs(call.output->c_str(), stdout);
      return 0;
    }
    for (const std::string& warning : call.options.warnings()) {
      complain(warning.c_str());
    }
    if (call.options.has("health")) {
      const std::string pid = call.options.text("health");
      return ops::check_health(pid == "auto" ? std::nullopt : std::optional<int>(std::stoi(pid)), std::cout);
    }
    apply_defaults(call.options, parts_->consumers);
    for (const auto& [command, run_command] : parts_->commands) {
      if (!call.command.empty() && call.command.front() == command) {
        Process process;
        const auto [target, credentials] = aws_setup(process, call.options);
        std::fprintf(stderr, "%s\n", target.describe().c_str());
        try {
          return process.run(run_command({call, process.env(), process.transport(), target, credentials}));
        } catch (const aws::Error& error) {
          complain(worker::failure_text(error, target).c_str());
          return error.is(aws::codes::kNoCredentials) ? kWrongUsage : kFailed;
        }
      }
    }
    if (has_doctor && !call.command.empty() && call.command.front() == kDoctor) {
      Process process;
      return run_doctor(process, call, patients_of(call.options, parts_->consumers));
    }
    WorkerProcess process(call, name, parts_->spec.version, parts_->consumers);
    return process.run();
  } catch (const UsageError& error) {
    complain(error.what());
    return kWrongUsage;
  } catch (const aws::ConfigurationError& error) {
    complain(error.what());
    return kWrongUsage;
  } catch (const ops::ListenFailed& error) {
    complain(error.what());
    return kWrongUsage;
  } catch (const std::invalid_argument&) {
    complain("--health takes the process id of a worker, as --health 1");
    return kWrongUsage;
  } catch (const boost::system::system_error& error) {
    complain(error.code() == boost::asio::error::operation_aborted ? "interrupted" : error.what());
    return kFailed;
  } catch (const std::exception& error) {
    complain(error.what());
    return kFailed;
  }
}

}  // namespace ekiden::app
