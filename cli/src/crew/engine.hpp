/// Engine: docker or podman, through the command line that they share.
#pragma once

#include <ekiden/app/options.hpp>
#include <ekiden/app/process.hpp>
#include <ekiden/process/child.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace ekiden::cli {

/// A command of the engine failed. The text has one line, then the last lines of the command's output.
class EngineError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Engine {
 public:
  /// `program`: docker, podman, or the path of either.
  explicit Engine(std::string program) : program_(std::move(program)) {}

  const std::string& program() const { return program_; }

  /// A command of the engine with the environment of this process, which selects the daemon.
  process::ProgramSpec command(std::vector<std::string> words) const;
  /// Runs a command to its end and returns its output lines. Throws EngineError if it fails or takes longer than 60 s.
  Task<std::vector<std::string>> run(app::Process& process, std::vector<std::string> words) const;

 private:
  std::string program_;
};

/// Runs a command of the engine. Returns why it failed, in one line; empty if it succeeded.
Task<std::string> failure_of(app::Process& process, const Engine& engine, std::vector<std::string> words);

/// Returns the engine that --engine names; without it docker if its daemon answers, else podman. Throws app::UsageError
/// if the engine cannot be run.
Task<Engine> choose_engine(app::Process& process, const app::Options& options);

}  // namespace ekiden::cli
