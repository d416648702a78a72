#include "program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>

extern char** environ;

namespace ekiden::e2e {

namespace {

std::string temporary_path(const char* pattern) { return (std::filesystem::temp_directory_path() / pattern).string(); }

std::vector<std::string> environment_with(const Program::Variables& variables) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!text.starts_with("AWS_") && !text.starts_with("EKIDEN_")) {
      result.push_back(text);
    }
  }
  // A drain lets the open long poll end, which takes up to this time.
  constexpr std::string_view kWaitTime = "EKIDEN_WAIT_TIME";
  if (std::ranges::none_of(variables, [kWaitTime](const auto& variable) { return variable.first == kWaitTime; })) {
    result.push_back(std::string(kWaitTime) + "=1s");
  }
  for (const auto& [name, value] : variables) {
    std::string entry = name;
    entry.append("=").append(value);
    result.push_back(std::move(entry));
  }
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) {
    result.push_back(text.data());
  }
  result.push_back(nullptr);
  return result;
}

}  // namespace

Program::Program(const std::string& name, std::vector<std::string> arguments, const Variables& variables,
                 Streams streams) {
  const std::string path = name.starts_with('/') ? name : std::string(EKIDEN_BIN_DIR) + "/" + name;
  arguments.insert(arguments.begin(), path);
  std::vector<std::string> environment = environment_with(variables);
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("pipe2 failed");
  }
  errors_path_ = temporary_path("ekiden-e2e-errors-XXXXXX");
  const int errors = ::mkostemp(errors_path_.data(), O_CLOEXEC);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, pipe[1], 1);
  ::posix_spawn_file_actions_adddup2(&actions, streams == Streams::kTogether ? pipe[1] : errors, 2);
  const int failed =
      ::posix_spawn(&pid_, path.c_str(), &actions, nullptr, pointers(arguments).data(), pointers(environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  ::close(errors);
  output_ = pipe[0];
  if (failed != 0) {
    throw std::runtime_error("cannot start " + path);
  }
}

Program::~Program() {
  kill();
  ::close(output_);
  std::filesystem::remove(errors_path_);
}

void Program::signal(int number) const {
  if (!status_) {
    ::kill(pid_, number);
  }
}

int Program::wait() {
  int raw = 0;
  if (!status_ && ::waitpid(pid_, &raw, 0) == pid_) {
    status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  }
  return status_.value_or(-1);
}

void Program::kill() {
  signal(SIGKILL);
  wait();
}

bool Program::running() {
  int raw = 0;
  if (!status_ && ::waitpid(pid_, &raw, WNOHANG) == pid_) {
    status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  }
  return !status_;
}

std::optional<std::string> Program::read_line() {
  for (;;) {
    if (const std::size_t end = buffered_.find('\n'); end != std::string::npos) {
      std::string line = buffered_.substr(0, end);
      buffered_.erase(0, end + 1);
      return line;
    }
    std::array<char, 4096> chunk{};
    const ssize_t count = ::read(output_, chunk.data(), chunk.size());
    if (count <= 0) {
      return std::nullopt;
    }
    buffered_.append(chunk.data(), static_cast<std::size_t>(count));
  }
}

std::string Program::errors() const {
  const std::ifstream file(errors_path_);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Finished run(const std::string& name, std::vector<std::string> arguments, const Program::Variables& variables) {
  Program program(name, std::move(arguments), variables);
  std::string output;
  while (const auto line = program.read_line()) {
    output.append(*line).push_back('\n');
  }
  const int status = program.wait();
  return Finished{status, output, program.errors()};
}

Folder::Folder() : path_(temporary_path("ekiden-e2e-XXXXXX")) {
  if (::mkdtemp(path_.data()) == nullptr) {
    throw std::runtime_error("mkdtemp failed");
  }
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

LocalServer::LocalServer(std::vector<std::string> arguments, const std::string& port)
    : program_("ekiden", [&] {
        arguments.insert(arguments.begin(), {"local", "--listen", "127.0.0.1:" + port});
        return std::move(arguments);
      }()) {
  constexpr std::string_view kGreeting = "listening on ";
  const std::string line = program_.read_line().value_or("");
  if (!line.starts_with(kGreeting)) {
    throw std::runtime_error("ekiden local did not start: " + line + program_.errors());
  }
  url_ = line.substr(kGreeting.size());
}

}  // namespace ekiden::e2e
