// Runs the programs for tests. EKIDEN_BIN is the folder in which they were built.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

inline const std::string kProgram = std::string(EKIDEN_BIN) + "/ekiden";

struct Result {
  int status = -1;
  std::string out;
  std::string err;
};

inline std::string slurp(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// Runs `command` with sh and only the variables of `environment`, and waits for its end.
inline Result run(const std::string& command, const std::string& environment = "") {
  const std::string base = "program_test." + std::to_string(::getpid());
  const std::string line = "env -i PATH=/usr/bin:/bin " + environment + " sh -c '" + command + "' >" + base +
                           ".out 2>" + base + ".err </dev/null";
  const int status = std::system(line.c_str());
  Result result{WEXITSTATUS(status), slurp(base + ".out"), slurp(base + ".err")};
  ::unlink((base + ".out").c_str());
  ::unlink((base + ".err").c_str());
  return result;
}

/// Runs `ekiden COMMAND` in the background, and reads one of its streams line by line.
class Background {
 public:
  explicit Background(const std::string& command, const std::string& streams = "2>&1 >/dev/null",
                      const std::string& environment = "")
      : pipe_(::popen(("sh -c 'echo $$; exec env " + environment + " " + kProgram + " " + command + " " + streams +
                       "' </dev/null")
                          .c_str(),
                      "re")),
        pid_(std::stoi(line())) {}
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background() { stop(); }

  std::string line() {
    char text[512] = "";
    const char* got = std::fgets(text, sizeof text, pipe_);
    const std::string line(got == nullptr ? "" : got);
    return line.substr(0, line.find('\n'));
  }

  /// Sends SIGTERM, waits, and returns the exit status. Appends what the program printed meanwhile to `said`.
  int stop(std::string* said = nullptr) {
    if (pipe_ == nullptr) {
      return -1;
    }
    ::kill(pid_, SIGTERM);
    for (std::string last = line(); !last.empty(); last = line()) {
      if (said != nullptr) {
        *said += last + "\n";
      }
    }
    const int status = ::pclose(pipe_);
    pipe_ = nullptr;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  FILE* pipe_;
  pid_t pid_ = 0;
};
