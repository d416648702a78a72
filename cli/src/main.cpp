#include <ekiden/app/command_line.hpp>
#include <ekiden/aws/environment.hpp>
#include <ekiden/local/options.hpp>
#include <ekiden/ops/listen.hpp>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "commands.hpp"

namespace ekiden::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

int run_command(const app::Invocation& call) {
  app::Process process;
  const std::string& command = call.command.front();
  if (command == "local") {
    return run_local(process, call);
  }
  if (command == "up") {
    return run_up(process, call);
  }
  if (command == "send") {
    return run_send(process, call);
  }
  if (command == "doctor") {
    return run_doctor(process, call);
  }
  return call.command.size() > 1 ? run_budgets(process, call) : run_bench(process, call);
}

int run(std::vector<std::string> words) {
  try {
    const app::Invocation call = app::parse_command_line(program_spec(), std::move(words), app::process_environment());
    if (call.output) {
      std::fputs(call.output->c_str(), stdout);
      return 0;
    }
    for (const std::string& warning : call.options.warnings()) {
      std::fprintf(stderr, "ekiden: %s\n", warning.c_str());
    }
    return run_command(call);
  } catch (const app::UsageError& error) {
    std::fprintf(stderr, "ekiden: %s\n", error.what());
    return kWrongUsage;
  } catch (const aws::ConfigurationError& error) {
    std::fprintf(stderr, "ekiden: %s\n", error.what());
    return kWrongUsage;
  } catch (const local::StartError& error) {
    std::fprintf(stderr, "ekiden: %s\n", error.what());
    return kWrongUsage;
  } catch (const ops::ListenFailed& error) {
    std::fprintf(stderr, "ekiden: %s\n", error.what());
    return kWrongUsage;
  } catch (const boost::system::system_error& error) {
    const bool stopped = error.code() == boost::asio::error::operation_aborted;
    std::fprintf(stderr, "ekiden: %s\n", stopped ? "interrupted" : error.what());
    return kFailed;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ekiden: %s\n", error.what());
    return kFailed;
  }
}

}  // namespace
}  // namespace ekiden::cli

int main(int argc, char** argv) { return ekiden::cli::run(std::vector<std::string>(argv, argv + argc)); }
