#include <ekiden/app/manual.hpp>
#include <ekiden/base/ascii.hpp>

#include <algorithm>
#include <sstream>

#include "manual_parts.hpp"

namespace ekiden::app {
namespace {

/// `text` with the characters escaped that are special in roff: backslashes, dashes, and dots and apostrophes at the
/// start of a line.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) {
      out += "\\&";
      out += c;
    } else {
      out += c;
    }
  }
  return out;
}

void write_options(std::ostream& out, const CommandSpec& command) {
  for (const std::string& group : groups_of(command)) {
    out << ".SS " << roff(group) << '\n';
    for (const OptionSpec& spec : command.options) {
      if (spec.hidden || (spec.group.empty() ? "options" : spec.group) != group) {
        continue;
      }
      out << ".TP\n\\fB" << roff(spec.flag()) << "\\fR";
      if (const std::string value = value_name(spec); !value.empty()) {
        out << ' ' << (spec.implied ? "[" : "") << "\\fI" << roff(value) << "\\fR" << (spec.implied ? "]" : "");
      }
      out << '\n' << roff(spec.help + ". " + facts(spec)) << '\n';
      if (spec.scope != OptionScope::kFlagOnly) {
        out << ".br\nEnvironment: " << roff(spec.variable()) << '\n';
      }
    }
  }
}

void write_examples(std::ostream& out, const CommandSpec& command, const std::string& program) {
  out << ".nf\n";
  for (const std::string& example : command.examples) {
    out << roff(with_program(example, program)) << '\n';
  }
  out << ".fi\n";
}

void write_command(std::ostream& out, const CommandSpec& command, const std::string& name) {
  for (const CommandSpec& below : command.commands) {
    if (below.hidden) {
      continue;
    }
    const std::string full = name + " " + below.name;
    out << ".SH " << base::upper_case(roff(full)) << "\n\\fB" << roff(full) << "\\fR";
    for (const ArgumentSpec& argument : below.arguments) {
      out << " \\fI" << roff(argument.name) << "\\fR";
    }
    out << " [\\fIoptions\\fR]\n.PP\n" << roff(below.description.empty() ? below.help : below.description) << '\n';
    write_options(out, below);
    if (!below.examples.empty()) {
      out << ".SS examples\n";
      write_examples(out, below, name.substr(0, name.find(' ')));
    }
    write_command(out, below, full);
  }
}

}  // namespace

std::string man_page(const CommandSpec& root) {
  std::ostringstream out;
  out << ".TH " << base::upper_case(roff(root.name)) << " 1 \"\" \"" << roff(root.name + " " + root.version)
      << "\"\n.SH NAME\n"
      << roff(root.name) << " \\- " << roff(root.help) << "\n.SH SYNOPSIS\n\\fB" << roff(root.name) << "\\fR "
      << (root.command_required ? "\\fICOMMAND\\fR " : "") << "[\\fIoptions\\fR]\n";
  if (!root.description.empty()) {
    out << ".SH DESCRIPTION\n" << roff(root.description) << '\n';
  }
  out << ".SH OPTIONS\n";
  write_options(out, root);
  write_command(out, root, root.name);
  if (!root.examples.empty()) {
    out << ".SH EXAMPLES\n";
    write_examples(out, root, root.name);
  }
  out << ".SH ENVIRONMENT\nMost options can also be set as environment variables. The variable's name is EKIDEN_ and "
         "the "
         "option's name in capital letters, with underscores instead of dashes. An option without \"Environment:\" in "
         "its entry is a flag only. A flag overrides the environment"
      << (reads_config_file({&root}) ? ", and the environment overrides the file that \\-\\-config names" : "")
      << ".\n.SH EXIT STATUS\n0: success; 1: failure; 2: wrong usage or configuration.\n";
  return out.str();
}

}  // namespace ekiden::app
