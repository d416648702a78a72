#include <ekiden/app/run_program.hpp>
#include <ekiden/aws/environment.hpp>
#include <ekiden/base/outlet.hpp>
#include <ekiden/ops/listen.hpp>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <cstdio>
#include <exception>
#include <utility>

#include "process_setup.hpp"

namespace ekiden::app {

int run_program(const CommandSpec& program, std::vector<std::string> words,
                const std::function<int(Invocation& call)>& run) {
  set_up_process();
  const auto complain = [&program](const char* what) { base::say(program.name + ": " + what); };
  try {
    Invocation call = parse_command_line(program, std::move(words), process_environment());
    if (call.output) {
      std::fputs(call.output->c_str(), stdout);
      return base::kExitDone;
    }
    for (const std::string& warning : call.options.warnings()) {
      complain(warning.c_str());
    }
    require_descriptors();
    return run(call);
  } catch (const UsageError& error) {
    complain(error.what());
    return base::kExitWrongUsage;
  } catch (const aws::ConfigurationError& error) {
    complain(error.what());
    return base::kExitWrongUsage;
  } catch (const ops::ListenFailed& error) {
    complain(error.what());
    return base::kExitWrongUsage;
  } catch (const boost::system::system_error& error) {
    complain(error.code() == boost::asio::error::operation_aborted ? "interrupted" : error.what());
    return base::kExitFailed;
  } catch (const std::exception& error) {
    complain(error.what());
    return base::kExitFailed;
  }
}

}  // namespace ekiden::app
