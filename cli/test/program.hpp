// Runs the programs for tests. EKIDEN_BIN is where they were built.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

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

/// Runs `command` under sh with an environment of its own, and waits for it.
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
