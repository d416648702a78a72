/// The command `doctor`, of every App and of the tools.
#pragma once

#include <ekiden/app/command_line.hpp>
#include <ekiden/app/process.hpp>
#include <ekiden/worker/doctor.hpp>

#include <string>
#include <vector>

namespace ekiden::app {

/// `doctor`, whose program has `above` as its options: it takes all of them that configure a worker.
CommandSpec doctor_command(const std::vector<OptionSpec>& above);

/// Examines, and prints what it found on standard output: a table, or with --json an object. Yields base::kExitFailed
/// if there is a fault, else base::kExitDone. Throws aws::ConfigurationError where the flags and variables name no
/// system that could be asked.
int run_doctor(Process& process, const Invocation& call, std::vector<worker::Patient> patients);

/// The table: a line a check, the fix below each that is not ok, and a last line that counts them.
std::string doctor_table(const std::vector<worker::Check>& checks);
/// {"checks":[{"name","queue","status","detail","fix"}],"summary":{"ok","warning","fault","not_tried"}}
std::string doctor_json(const std::vector<worker::Check>& checks);

}  // namespace ekiden::app
