#include <ekiden/app/manual.hpp>
#include <ekiden/base/words.hpp>

#include <algorithm>
#include <sstream>

#include "manual_parts.hpp"

namespace ekiden::app {
namespace {

/// One command with the words that can follow it.
struct Place {
  std::string path;                                           ///< "bench budgets"; empty for the program.
  std::vector<std::pair<std::string, std::string>> commands;  ///< Name, help.
  std::vector<const OptionSpec*> options;
  std::vector<std::string> argument_choices;
};

void collect(const CommandSpec& command, const std::string& path, std::vector<const OptionSpec*> options,
             std::vector<Place>& places) {
  std::erase_if(options, [&command](const OptionSpec* spec) {
    return spec->scope == OptionScope::kFlagOnly || !inherits(command, *spec);
  });
  for (const OptionSpec& spec : command.options) {
    if (!spec.hidden) {
      options.push_back(&spec);
    }
  }
  Place place{.path = path, .commands = {}, .options = options, .argument_choices = {}};
  for (const ArgumentSpec& argument : command.arguments) {
    place.argument_choices.insert(place.argument_choices.end(), argument.choices.begin(), argument.choices.end());
  }
  for (const CommandSpec& below : command.commands) {
    if (!below.hidden) {
      place.commands.emplace_back(below.name, below.help);
    }
  }
  places.push_back(std::move(place));
  for (const CommandSpec& below : command.commands) {
    if (!below.hidden) {
      collect(below, path.empty() ? below.name : path + " " + below.name, options, places);
    }
  }
}

/// A valid name for a shell function: "_news_worker" for "news-worker".
std::string function_name(const std::string& program) {
  std::string name = "_" + program;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

bool takes_path(const OptionSpec& spec) { return spec.value_name == "FILE" || spec.value_name == "DIR"; }

/// Writes the case of one command: what to complete after each flag, and otherwise.
void write_bash_place(std::ostream& out, const Place& place) {
  std::string words;
  for (const auto& [name, help] : place.commands) {
    words += name + " ";
  }
  for (const OptionSpec* spec : place.options) {
    words += spec->flag() + " ";
  }
  words += base::join(place.argument_choices, " ");
  out << "    \"" << place.path << "\")\n      case \"$previous\" in\n";
  for (const OptionSpec* spec : place.options) {
    if (spec->type == OptionType::kBool) {
      continue;
    }
    out << "        " << spec->flag() << ") ";
    if (takes_path(*spec)) {
      out << "COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n";
    } else {
      out << "COMPREPLY=($(compgen -W \"" << base::join(spec->choices, " ") << "\" -- \"$word\")); return ;;\n";
    }
  }
  out << "      esac\n      COMPREPLY=($(compgen -W \"" << words << "--help\" -- \"$word\")) ;;\n";
}

std::string bash_script(const CommandSpec& root, const std::vector<Place>& places) {
  const std::string function = function_name(root.name);
  std::ostringstream out;
  out << "# bash completion for " << root.name << ": source <(" << root.name << " completion bash)\n"
      << function << "() {\n"
      << "  local word=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\" place=\"\" i\n"
      << "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      << "    case \"${place:+$place }${COMP_WORDS[i]}\" in\n";
  for (const Place& place : places) {
    if (!place.path.empty()) {
      out << "      \"" << place.path << "\") place=\"" << place.path << "\" ;;\n";
    }
  }
  out << "    esac\n  done\n  case \"$place\" in\n";
  for (const Place& place : places) {
    write_bash_place(out, place);
  }
  out << "  esac\n}\ncomplete -F " << function << " " << root.name << "\n";
  return out.str();
}

/// `text` escaped for single quotes and brackets in a line of zsh's _arguments.
std::string zsh_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else if (c == '[' || c == ']' || c == ':') {
      out += '\\';
      out += c;
    } else {
      out += c;
    }
  }
  return out;
}

void write_zsh_place(std::ostream& out, const Place& place) {
  out << "    '" << place.path << "')\n";
  if (!place.commands.empty()) {
    out << "      names=(";
    for (const auto& [name, help] : place.commands) {
      out << "'" << name << ":" << zsh_text(help) << "' ";
    }
    out << ")\n";
  }
  out << "      _arguments -s";
  for (const OptionSpec* spec : place.options) {
    out << " \\\n        '" << spec->flag() << (spec->type == OptionType::kBool ? "" : "=") << "["
        << zsh_text(spec->help) << "]";
    if (spec->type != OptionType::kBool) {
      out << ":" << zsh_text(value_name(*spec)) << ":";
      if (takes_path(*spec)) {
        out << "_files";
      } else if (!spec->choices.empty()) {
        out << "(" << base::join(spec->choices, " ") << ")";
      }
    }
    out << "'";
  }
  if (!place.commands.empty()) {
    out << " \\\n        '*:command:{_describe command names}'";
  } else if (!place.argument_choices.empty()) {
    out << " \\\n        '*:argument:(" << base::join(place.argument_choices, " ") << ")'";
  }
  out << " \\\n        '--help[print the help]' ;;\n";
}

std::string zsh_script(const CommandSpec& root, const std::vector<Place>& places) {
  const std::string function = function_name(root.name);
  std::ostringstream out;
  out << "#compdef " << root.name << "\n# zsh completion for " << root.name << ": source <(" << root.name
      << " completion zsh)\n"
      << function << "() {\n  local place='' i names\n  for ((i = 2; i < CURRENT; i++)); do\n"
      << "    case \"${place:+$place }${words[i]}\" in\n";
  for (const Place& place : places) {
    if (!place.path.empty()) {
      out << "      '" << place.path << "') place='" << place.path << "' ;;\n";
    }
  }
  out << "    esac\n  done\n  case \"$place\" in\n";
  for (const Place& place : places) {
    write_zsh_place(out, place);
  }
  // A file from zsh's fpath is run as the function itself at its first use, so it must call the function. A sourced
  // file must only register it.
  out << "  esac\n}\nif [ \"$funcstack[1]\" = " << function << " ]; then\n  " << function << " \"$@\"\nelse\n  compdef "
      << function << " " << root.name << "\nfi\n";
  return out.str();
}

}  // namespace

std::string completion_script(const CommandSpec& root, const std::string& shell) {
  std::vector<Place> places;
  collect(root, "", {}, places);
  return shell == "zsh" ? zsh_script(root, places) : bash_script(root, places);
}

}  // namespace ekiden::app
