/// App and run_worker: a worker as a program.
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

/// Defaults of the options of the same names; flags, environment and file beat them.
struct Defaults {
  std::string queue{};
  std::string table{};
  std::string dead_letter_queue{};
};

/// What a command of the application's own is given.
struct CommandContext {
  const Invocation& call;
  runtime::Env env;
  http::Transport& transport;
  aws::Target target;
  std::shared_ptr<aws::CredentialsProvider> credentials;
};

/// A worker with its options, its commands and one or more queues. Every App has --help, --version, --health, the
/// command doctor, shell completion and a manual page; its options can stand on the command line, in the environment
/// (EKIDEN_<OPTION>) and in a TOML file (--config).
class App {
 public:
  /// `name` as the help calls it; `help` one line of what the worker does.
  explicit App(std::string name = {}, std::string help = {});
  ~App();

  App& version(std::string text);
  /// An option of the application's own, read by Context::option() and in commands.
  App& option(OptionSpec spec);
  /// The same, declared and read (in commands) by a name that the compiler checks.
  template <OptionType kType>
  App& option(const OptionName<kType>& name, OptionSpec rest) {
    return option(declare(name, std::move(rest)));
  }

  using CommandFn = std::function<Task<int>(CommandContext)>;
  /// A command beside draining the queue: `news-worker feed MEMBER`. Yields the exit status.
  App& command(CommandSpec spec, CommandFn run);

  /// A queue and the handler of its messages (see worker::make_handler). With several, each is configured in its
  /// [queue.NAME] section, by the name of its default queue.
  template <typename Handler>
  App& consume(Defaults defaults, Handler handler) {
    std::vector<worker::Member> members = worker::members_of_handler<Handler>();
    return consume_any(std::move(defaults), worker::make_handler(std::move(handler)), std::move(members));
  }

  /// Reads the command line and does what it says. Yields the exit status, an ExitStatus.
  int run(int argc, char** argv);

 private:
  struct Parts;
  App& consume_any(Defaults defaults, worker::AnyHandler handler, std::vector<worker::Member> members);
  std::unique_ptr<Parts> parts_;
};

/// A whole worker of one queue: App().consume(defaults, handler).run(argc, argv).
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
