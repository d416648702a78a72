/// App and run_worker: make a program from a message handler.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/app/option_names.hpp>
#include <ekiden/app/option_spec.hpp>
#include <ekiden/app/process.hpp>
#include <ekiden/aws/config/target.hpp>
#include <ekiden/aws/credentials/credentials.hpp>
#include <ekiden/base/exit_status.hpp>
#include <ekiden/worker/handler.hpp>
#include <ekiden/worker/members.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ekiden::app {

/// The program's defaults for --queue, --table and --dead-letter-queue. Flags, environment and configuration file
/// override them. Empty: no default.
struct Defaults {
  std::string queue{};
  std::string table{};
  std::string dead_letter_queue{};
};

/// What a command of the application receives. The references are valid until the command's task ends.
struct CommandContext {
  const Invocation& call;
  runtime::Env env;
  http::Transport& transport;
  aws::Target target;
  std::shared_ptr<aws::CredentialsProvider> credentials;
};

/// A worker program: its options, its commands and one or more queues. Every App has --help, --version, --health, the
/// commands `doctor`, `completion` and `man-page`, and reads its options from the command line, the environment
/// (EKIDEN_<OPTION>) and a TOML file (--config). Example:
///
///   int main(int argc, char** argv) {
///     ekiden::App app("news-worker", "deliver news to members");
///     app.consume({.queue = "news", .table = "news-deliveries"}, Deliver{});
///     return app.run(argc, argv);
///   }
class App {
 public:
  /// `name` is the program's name in help and errors; empty: the file name by which it was called. `help` says in one
  /// line what the worker does.
  explicit App(std::string name = {}, std::string help = {});
  ~App();

  /// What --version prints after the name. Default: Ekiden's version.
  App& version(std::string text);
  /// Adds an option of the application. Handlers read it with Context::option(), commands from their Invocation.
  App& option(OptionSpec spec);
  /// The same for an option that commands read by a name that the compiler checks (see OptionName).
  template <OptionType kType>
  App& option(const OptionName<kType>& name, OptionSpec rest) {
    return option(declare(name, std::move(rest)));
  }

  using CommandFn = std::function<Task<int>(CommandContext)>;
  /// Adds a command: `news-worker feed MEMBER` runs it instead of processing the queue. `run` returns the exit status.
  /// A command named `doctor` replaces the built-in one.
  App& command(CommandSpec spec, CommandFn run);

  /// Adds a queue and the handler of its messages (see worker::make_handler for what a handler can be). With several
  /// queues, the section [queue.NAME] of the configuration file configures each; NAME is `defaults.queue`. The program
  /// then refuses --queue and EKIDEN_QUEUE, which would name one queue for every handler, and two handlers with one
  /// queue.
  template <typename Handler>
  App& consume(Defaults defaults, Handler handler) {
    std::vector<worker::Member> members = worker::members_of_handler<Handler>();
    return consume_any(std::move(defaults), worker::make_handler(std::move(handler)), std::move(members));
  }

  /// Reads the command line and runs the worker or the command. Returns the exit status, an ExitStatus; errors are
  /// printed on standard error.
  int run(int argc, char** argv);

 private:
  struct Parts;
  App& consume_any(Defaults defaults, worker::AnyHandler handler, std::vector<worker::Member> members);
  std::unique_ptr<Parts> parts_;
};

/// A whole worker for one queue: App().consume(defaults, handler).run(argc, argv).
template <typename Handler>
int run_worker(int argc, char** argv, Defaults defaults, Handler handler) {
  App app;
  app.consume(std::move(defaults), std::move(handler));
  return app.run(argc, argv);
}

}  // namespace ekiden::app

namespace ekiden {
using app::App;
using app::run_worker;
}  // namespace ekiden
