/// The command `doctor` of every App and of the program ekiden.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/app/process.hpp>
#include <ekiden/worker/doctor.hpp>

#include <string>
#include <vector>

namespace ekiden::app {

/// Declares `doctor` for a program with the options `above`. The command takes all of them except those that can only
/// be flags (OptionScope::kFlagOnly, such as --health).
CommandSpec doctor_command(const std::vector<OptionSpec>& above);

/// Runs the checks and prints their results on standard output: a table, or with --json one JSON object. Returns
/// base::kExitFailed if there is a fault, otherwise base::kExitDone. Throws aws::ConfigurationError for wrong
/// usage, such as --local together with --endpoint.
int run_doctor(Process& process, const Invocation& call, std::vector<worker::Patient> patients);

/// The table: one line per check, the fix below each check that is not ok, and the counts in the last line.
std::string doctor_table(const std::vector<worker::Check>& checks);
/// {"checks":[{"name","queue","status","detail","fix"}],"summary":{"ok","warning","fault","not_tried"}}
std::string doctor_json(const std::vector<worker::Check>& checks);

}  // namespace ekiden::app
