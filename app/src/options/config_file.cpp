#include "config_file.hpp"

#include <ekiden/app/value_text.hpp>

#include <toml++/toml.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace ekiden::app {
namespace {

struct File {
  const std::string& path;
  Options& options;

  std::string at(const toml::source_region& region) const { return path + ":" + std::to_string(region.begin.line); }
};

/// The value as a user would write it after a flag. An array becomes a list separated by commas.
std::string text_of(const File& file, std::string_view key, const toml::node& node) {
  if (const auto* text = node.as_string()) {
    return text->get();
  }
  if (const auto* number = node.as_integer()) {
    return std::to_string(number->get());
  }
  if (const auto* flag = node.as_boolean()) {
    return flag->get() ? "true" : "false";
  }
  if (const auto* number = node.as_floating_point()) {
    std::ostringstream out;
    out << number->get();
    return out.str();
  }
  if (const auto* array = node.as_array()) {
    std::string list;
    for (const toml::node& element : *array) {
      list += (list.empty() ? "" : ",") + text_of(file, key, element);
    }
    return list;
  }
  throw UsageError(file.at(node.source()) + ": \"" + std::string(key) +
                   "\" must be a string, a number, a boolean or an array; put the value in quotes");
}

std::vector<std::string> known_keys(const Options& options, bool per_queue) {
  std::vector<std::string> keys;
  for (const OptionSpec& spec : options.specs()) {
    if (spec.scope == OptionScope::kEverywhere && !spec.hidden && (spec.per_queue || !per_queue)) {
      keys.push_back(spec.name);
    }
  }
  return keys;
}

void set_key(const File& file, std::string_view key, const toml::node& node, const std::string& queue) {
  const std::string where = file.at(node.source());
  const OptionSpec* spec = file.options.find(key);
  if (spec == nullptr || spec->scope != OptionScope::kEverywhere) {
    const std::string best = nearest(key, known_keys(file.options, !queue.empty()));
    if (spec != nullptr && !spec->hidden) {
      throw UsageError(where + ": \"" + std::string(key) + "\" cannot be set in a file; use " + spec->flag() +
                       " instead");
    }
    throw UsageError(where + ": unknown key \"" + std::string(key) + "\"" +
                     (best.empty() ? "; the keys are the names of the options in --help, without the dashes"
                                   : "; did you mean \"" + best + "\"?"));
  }
  if (!queue.empty() && !spec->per_queue) {
    throw UsageError(where + ": \"" + std::string(key) +
                     "\" is a setting of the whole worker, not of one queue; move it above the first [queue.NAME] " +
                     "section");
  }
  file.options.set(queue.empty() ? OptionSource::kFile : OptionSource::kQueueSection, spec->id(),
                   text_of(file, key, node), where, queue);
}

void read_queues(const File& file, const toml::table& queues) {
  for (const auto& [name, node] : queues) {
    const toml::table* section = node.as_table();
    if (section == nullptr) {
      const std::string where = file.at(node.source());
      throw UsageError(node.is_array_of_tables()
                           ? where + ": [[queue." + std::string(name.str()) +
                                 "]] needs single brackets; write [queue." + std::string(name.str()) + "]"
                           : where + ": \"" + std::string(name.str()) +
                                 "\" is in a section [queue] without the name of " +
                                 "a queue; write [queue.NAME], for example [queue.news]");
    }
    const std::string queue(name.str());
    file.options.note_queue_section(queue, file.at(node.source()));
    for (const auto& [key, value] : *section) {
      set_key(file, key.str(), value, queue);
    }
  }
}

}  // namespace

void read_config_file(const std::string& path, const std::string& where, Options& options) {
  std::error_code error;
  const bool folder = std::filesystem::is_directory(path, error);
  std::ifstream stream(path);
  if (folder || !stream) {
    throw UsageError(where + " \"" + path + "\" cannot be read: " + std::strerror(folder ? EISDIR : errno) +
                     "; name an existing TOML file");
  }
  std::ostringstream content;
  content << stream.rdbuf();
  toml::table table;
  try {
    table = toml::parse(content.str(), path);
  } catch (const toml::parse_error& broken) {
    throw UsageError(path + ":" + std::to_string(broken.source().begin.line) + ": not valid TOML (" +
                     std::string(broken.description()) + "); write settings as in: max-in-flight = 100");
  }
  const File file{path, options};
  for (const auto& [key, node] : table) {
    if (key.str() == "queue" && node.is_table()) {
      read_queues(file, *node.as_table());
    } else if (node.is_table()) {
      throw UsageError(file.at(node.source()) + ": unknown section [" + std::string(key.str()) +
                       "]; the only sections are [queue.NAME]");
    } else {
      set_key(file, key.str(), node, "");
    }
  }
}

}  // namespace ekiden::app
