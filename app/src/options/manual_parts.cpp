#include "manual_parts.hpp"

#include <algorithm>
#include <filesystem>

namespace ekiden::app {

std::vector<const CommandSpec*> commands_along(const CommandSpec& root, const std::vector<std::string>& path) {
  std::vector<const CommandSpec*> commands{&root};
  for (const std::string& name : path) {
    const auto& below = commands.back()->commands;
    const auto next = std::find_if(below.begin(), below.end(), [&](const CommandSpec& c) { return c.name == name; });
    if (next == below.end()) {
      break;
    }
    commands.push_back(&*next);
  }
  return commands;
}

bool inherits(const CommandSpec& command, const OptionSpec& option) {
  return !command.inherits || std::ranges::find(*command.inherits, option.name) != command.inherits->end();
}

std::string value_name(const OptionSpec& spec) {
  if (!spec.value_name.empty()) {
    return spec.value_name;
  }
  switch (spec.type) {
    case OptionType::kBool:
      return "";
    case OptionType::kInteger:
    case OptionType::kNumber:
      return "N";
    case OptionType::kSize:
      return "SIZE";
    case OptionType::kDuration:
      return "DURATION";
    case OptionType::kList:
      return "LIST";
    case OptionType::kChoice: {
      std::string names;
      for (const std::string& choice : spec.choices) {
        names += (names.empty() ? "" : "|") + choice;
      }
      return names;
    }
    case OptionType::kString:
      break;
  }
  return "TEXT";
}

std::string facts(const OptionSpec& spec) {
  std::vector<std::string> parts;
  if (!spec.fallback.empty()) {
    parts.push_back("default " + spec.fallback);
  } else if (!spec.default_words.empty()) {
    parts.push_back("default: " + spec.default_words);
  }
  if (!spec.minimum.empty() && !spec.maximum.empty()) {
    parts.push_back(spec.minimum + " to " + spec.maximum);
  } else if (!spec.minimum.empty()) {
    parts.push_back("at least " + spec.minimum);
  } else if (!spec.maximum.empty()) {
    parts.push_back("at most " + spec.maximum);
  }
  if (spec.per_queue) {
    parts.emplace_back("per queue");
  }
  std::string text;
  for (const std::string& part : parts) {
    text += (text.empty() ? "" : "; ") + part;
  }
  return text.empty() ? "" : "(" + text + ")";
}

std::vector<std::string> groups_of(const CommandSpec& command) {
  std::vector<std::string> groups;
  for (const OptionSpec& spec : command.options) {
    const std::string group = spec.group.empty() ? "options" : spec.group;
    if (!spec.hidden && std::find(groups.begin(), groups.end(), group) == groups.end()) {
      groups.push_back(group);
    }
  }
  return groups;
}

bool reads_config_file(const std::vector<const CommandSpec*>& commands) {
  return std::any_of(commands.begin(), commands.end(), [](const CommandSpec* command) {
    return std::any_of(command->options.begin(), command->options.end(),
                       [](const OptionSpec& spec) { return spec.config_file; });
  });
}

std::string program_name(const std::string& path) { return std::filesystem::path(path).filename(); }

std::string with_program(std::string text, const std::string& program) {
  constexpr std::string_view kPlace = "{program}";
  for (std::size_t at = text.find(kPlace); at != std::string::npos; at = text.find(kPlace, at + program.size())) {
    text.replace(at, kPlace.size(), program);
  }
  return text;
}

}  // namespace ekiden::app
