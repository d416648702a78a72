#include "engine.hpp"

#include <ekiden/app/command_line.hpp>
#include <ekiden/runtime/deadline.hpp>

#include <algorithm>

#include "option_names.hpp"
#include "terminal/output_file.hpp"

namespace ekiden::cli {
namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration kCommandMax = 60s;
constexpr std::size_t kLinesMax = 1'000;  // Of an answer; it has one line per container.

}  // namespace

Task<std::string> failure_of(app::Process& process, const Engine& engine, std::vector<std::string> words) {
  std::string why;
  try {
    co_await engine.run(process, std::move(words));
  } catch (const EngineError& error) {
    why = error.what();
  }
  std::ranges::replace(why, '\n', ' ');
  co_return why;
}

process::ProgramSpec Engine::command(std::vector<std::string> words) const {
  process::ProgramSpec spec;
  spec.arguments = {"/usr/bin/env", program_};  // env finds the program in PATH.
  spec.arguments.insert(spec.arguments.end(), std::make_move_iterator(words.begin()),
                        std::make_move_iterator(words.end()));
  for (const auto& [name, value] : app::process_environment()) {
    spec.environment.push_back(name + "=" + value);
  }
  return spec;
}

Task<std::vector<std::string>> Engine::run(app::Process& process, std::vector<std::string> words) const {
  const std::string name = program_ + " " + words.front();
  const OutputFile output;
  process::ProgramSpec spec = command(std::move(words));
  spec.output = output.descriptor();
  process::Child child(process.env().executor, spec);
  Task<process::ChildExit> ending = child.wait();
  const std::optional<process::ChildExit> exit =
      co_await runtime::with_deadline(process.env().clock, kCommandMax, std::move(ending));
  if (!exit) {
    throw EngineError(name + " took longer than a minute" + output.last_words());
  }
  if (!exit->ok()) {
    throw EngineError(name + " " + exit->words() + output.last_words());
  }
  co_return output.tail(kLinesMax);
}

Task<Engine> choose_engine(app::Process& process, const app::Options& options) {
  if (!options.has(option::kEngine)) {
    Engine docker("docker");
    std::vector<std::string> info{"info"};  // Needs a daemon that accepts us.
    const std::string why = co_await failure_of(process, docker, std::move(info));
    if (why.empty()) {
      co_return docker;
    }
  }
  Engine engine(options.has(option::kEngine) ? options.get(option::kEngine) : "podman");
  std::vector<std::string> version{"--version"};
  const std::string why = co_await failure_of(process, engine, std::move(version));
  if (!why.empty()) {
    throw app::UsageError(options.named(option::kEngine) + ": " + why +
                          "; install podman or docker, or set --engine to one of them");
  }
  co_return engine;
}

}  // namespace ekiden::cli
