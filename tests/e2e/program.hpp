/// Program: one of our programs as a process of its own, as a user would start it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ekiden::e2e {

/// Started at once with standard output and error captured; killed when destroyed.
class Program {
 public:
  using Variables = std::vector<std::pair<std::string, std::string>>;

  /// kTogether: what goes to standard error is read with the output, too, and errors() is empty.
  enum class Streams { kApart, kTogether };

  /// `name` is a program in the build's bin folder. AWS and EKIDEN variables of our own environment are not passed on.
  Program(const std::string& name, std::vector<std::string> arguments, const Variables& variables = {},
          Streams streams = Streams::kApart);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const;
  /// Waits for its end; yields the exit status, or 128 and the number of the signal that killed it.
  int wait();
  /// kill -9, and waits.
  void kill();
  bool running();

  /// The next line of its standard output; nothing at its end. Waits.
  std::optional<std::string> read_line();
  /// All of its standard error so far.
  std::string errors() const;

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string buffered_;
  std::string errors_path_;
  std::optional<int> status_;
};

/// The status, output and errors of a program that ends by itself.
struct Finished {
  int status;
  std::string output;
  std::string errors;
};
Finished run(const std::string& name, std::vector<std::string> arguments, const Program::Variables& variables = {});

/// A folder that is gone at the end.
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

/// A local server on a free port.
class LocalServer {
 public:
  /// `arguments` after `ekiden local --listen 127.0.0.1:PORT`; port 0 takes a free one.
  explicit LocalServer(std::vector<std::string> arguments = {}, const std::string& port = "0");
  const std::string& url() const { return url_; }
  std::string port() const { return url_.substr(url_.rfind(':') + 1); }
  Program& program() { return program_; }

 private:
  Program program_;
  std::string url_;
};

}  // namespace ekiden::e2e
