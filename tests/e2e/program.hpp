/// Program: one of our programs, run in its own process as a user would run it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ekiden::e2e {

/// The constructor starts the program; the destructor kills it. Standard output and error are captured.
class Program {
 public:
  using Variables = std::vector<std::pair<std::string, std::string>>;

  /// kTogether: standard error is part of the output, and errors() is empty.
  enum class Streams { kApart, kTogether };

  /// `name` is a program in the build's bin folder, or an absolute path. It inherits the environment except AWS_* and
  /// EKIDEN_* variables.
  Program(const std::string& name, std::vector<std::string> arguments, const Variables& variables = {},
          Streams streams = Streams::kApart);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const;
  /// Waits for the end. Returns the exit status, or 128 plus the number of the signal that killed the program.
  int wait();
  /// Sends SIGKILL and waits for the end.
  void kill();
  bool running();

  /// Waits for the next line of standard output; empty at the end of the output.
  std::optional<std::string> read_line();
  /// All of standard error so far.
  std::string errors() const;

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string buffered_;
  std::string errors_path_;
  std::optional<int> status_;
};

/// The result of a program that ends by itself.
struct Finished {
  int status;
  std::string output;
  std::string errors;
};
/// Runs a program to its end.
Finished run(const std::string& name, std::vector<std::string> arguments, const Program::Variables& variables = {});

/// A temporary folder, deleted by the destructor.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// `ekiden local` on a free port.
class LocalServer {
 public:
  /// Starts `ekiden local --listen 127.0.0.1:PORT` with further `arguments`. Port 0 means any free port.
  explicit LocalServer(std::vector<std::string> arguments = {}, const std::string& port = "0");
  const std::string& url() const { return url_; }
  std::string port() const { return url_.substr(url_.rfind(':') + 1); }
  Program& program() { return program_; }

 private:
  Program program_;
  std::string url_;
};

}  // namespace ekiden::e2e
