/// Engine: docker or podman, by the command line that both have.
#pragma once

#include <ekiden/app/options.hpp>
#include <ekiden/app/process.hpp>
#include <ekiden/process/child.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace ekiden::cli {

/// A command of the engine failed: one line, then what it said.
class EngineError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Engine {
 public:
  /// `program`: docker, podman, or the path of either.
  explicit Engine(std::string program) : program_(std::move(program)) {}

  const std::string& program() const { return program_; }

  /// A command of it with the environment of this process, which says which daemon it means.
  process::ProgramSpec command(std::vector<std::string> words) const;
  /// Runs a command to its end and yields the lines that it wrote. Throws EngineError if it fails or takes longer
  /// than a minute.
  Task<std::vector<std::string>> run(app::Process& process, std::vector<std::string> words) const;

 private:
  std::string program_;
};

/// What --engine says, else docker if it has a daemon to talk to, else podman. Throws app::UsageError if that cannot be
/// run.
Task<Engine> choose_engine(app::Process& process, const app::Options& options);

}  // namespace ekiden::cli
