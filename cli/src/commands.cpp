#include "commands.hpp"

#include <ekiden/app/process.hpp>
#include <ekiden/base/assert.hpp>
#include <ekiden/base/words.hpp>
#include <ekiden/local/options.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "bench/bench_command.hpp"
#include "bench/budgets_command.hpp"
#include "doctor/doctor_command.hpp"
#include "local/local_command.hpp"
#include "send/send_command.hpp"
#include "up/up_command.hpp"

namespace ekiden::cli {
namespace {

struct Command {
  std::string_view words;  ///< As the user types them. A subcommand stands right after its command.
  app::CommandSpec (*spec)();
  int (*run)(app::Process& process, const app::Invocation& call);
};

constexpr std::array<Command, 6> kCommands{{{"local", local_spec, run_local},
                                            {"up", up_spec, run_up},
                                            {"send", send_spec, run_send},
                                            {"doctor", doctor_spec, run_doctor},
                                            {"bench", bench_spec, run_bench},
                                            {"bench budgets", budgets_spec, run_budgets}}};

}  // namespace

app::CommandSpec program_spec() {
  app::CommandSpec program{
      .name = "ekiden",
      .help = "run and measure queue workers, and send messages to queues",
      .description =
          "Runs workers that drain Amazon SQS queues into Amazon DynamoDB, sends messages to "
          "queues, and measures workers. A local server for both services is part of the program."};
  for (const Command& command : kCommands) {
    app::CommandSpec spec = command.spec();
    const std::size_t space = command.words.find(' ');
    spec.name = command.words.substr(space == std::string_view::npos ? 0 : space + 1);
    (space == std::string_view::npos ? program : program.commands.back()).commands.push_back(std::move(spec));
  }
  program.command_required = true;
  program.version = EKIDEN_VERSION;
  program.examples = {"{program} bench", "{program} up --tasks 2"};
  return program;
}

int run_command(const app::Invocation& call) {
  const auto command = std::ranges::find(kCommands, base::join(call.command, " "), &Command::words);
  EKIDEN_ASSERT(command != kCommands.end());  // The parser has rejected unknown commands.
  try {
    app::Process process;
    return command->run(process, call);
  } catch (const local::StartError& error) {
    throw app::UsageError(error.what());  // The server cannot start with these options.
  }
}

}  // namespace ekiden::cli
