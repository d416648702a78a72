#include <ekiden/app/options.hpp>
#include <ekiden/app/value_text.hpp>
#include <ekiden/base/ascii.hpp>
#include <ekiden/base/parse.hpp>
#include <ekiden/base/quantity.hpp>
#include <ekiden/base/words.hpp>

#include <algorithm>

namespace ekiden::app {

std::string OptionId::variable() const {
  std::string text = "EKIDEN_";
  for (const char c : text_) {
    text += c == '-' ? '_' : base::to_upper(c);
  }
  return text;
}

std::vector<OptionSpec> in_group(std::string_view group, std::vector<OptionSpec> options) {
  for (OptionSpec& option : options) {
    option.group = group;
  }
  return options;
}

std::vector<std::string> names_of(const std::vector<OptionId>& options) {
  std::vector<std::string> names;
  for (const OptionId option : options) {
    names.emplace_back(option.text());
  }
  return names;
}

namespace {

bool is_of_file(OptionSource source) { return source == OptionSource::kFile || source == OptionSource::kQueueSection; }

/// The error about a value. `fault` begins with a verb. A value of a file follows the name of the file and the line.
std::string refusal(OptionId name, OptionSource source, const std::string& text, const std::string& where,
                    const std::string& fault) {
  const std::string subject = is_of_file(source)                     ? where + ": " + std::string(name.text())
                              : source == OptionSource::kProgram     ? "the program's default of " + name.flag()
                              : source >= OptionSource::kEnvironment ? where
                                                                     : name.flag();
  return subject + " \"" + text + "\" " + fault;
}

/// True if both types have the same kind of value. A command can restrict a text option of the program to choices: the
/// value is still text.
bool read_alike(OptionType one, OptionType other) {
  const auto is_text = [](OptionType type) { return type == OptionType::kString || type == OptionType::kChoice; };
  return one == other || (is_text(one) && is_text(other));
}

}  // namespace

Options::Options(std::vector<OptionSpec> specs) : specs_(std::move(specs)) {}

const OptionSpec* Options::find(std::string_view name) const {
  // From the end: a command's own option hides an option of the same name of a command above it.
  const auto found =
      std::find_if(specs_.rbegin(), specs_.rend(), [name](const OptionSpec& spec) { return spec.name == name; });
  return found == specs_.rend() ? nullptr : &*found;
}

const OptionSpec& Options::spec_of(OptionId name) const {
  const OptionSpec* spec = find(name.text());
  if (spec == nullptr) {
    throw std::logic_error("this command has no option " + name.flag());
  }
  return *spec;
}

Options::Setting Options::resolve(OptionId name, std::string_view queue) const {
  const OptionSpec& spec = spec_of(name);
  Setting best{spec.fallback.empty() ? OptionSource::kNone : OptionSource::kDefault, spec.fallback, "the default"};
  const auto consider = [&](const std::string& of_queue) {
    const auto found = user_settings_.find(Key(of_queue, spec.name));
    if (found != user_settings_.end() && found->second.source > best.source) {
      best = found->second;
    }
    const auto program = program_defaults_.find(Key(of_queue, spec.name));
    // <=: the default for one queue is considered second, and replaces the default for all queues.
    if (program != program_defaults_.end() && best.source <= OptionSource::kProgram) {
      best = Setting{OptionSource::kProgram, program->second, "the program's default"};
    }
  };
  consider("");
  if (!queue.empty()) {
    consider(std::string(queue));
  }
  return best;
}

std::string Options::text_of(OptionId name, OptionType type, std::string_view queue) const {
  if (!read_alike(spec_of(name).type, type)) {
    throw std::logic_error("this command has an option " + name.flag() + " of another type");
  }
  return resolve(name, queue).text;
}

template <OptionType kType>
OptionValue<kType> Options::get(const OptionName<kType>& name, std::string_view queue) const {
  std::string text = text_of(name, kType, queue);
  if constexpr (kType == OptionType::kBool) {
    return parse_bool(text).value_or(false);
  } else if constexpr (kType == OptionType::kInteger) {
    return base::parse<std::int64_t>(text).value_or(0);
  } else if constexpr (kType == OptionType::kNumber) {
    return base::parse<double>(text).value_or(0);
  } else if constexpr (kType == OptionType::kSize) {
    return base::parse_size(text).value_or(0);
  } else if constexpr (kType == OptionType::kDuration) {
    return base::parse_duration(text).value_or(std::chrono::nanoseconds(0));
  } else if constexpr (kType == OptionType::kList) {
    return parse_list(text);
  } else {
    return text;
  }
}

template std::string Options::get(const OptionName<OptionType::kString>&, std::string_view) const;
template bool Options::get(const OptionName<OptionType::kBool>&, std::string_view) const;
template std::int64_t Options::get(const OptionName<OptionType::kInteger>&, std::string_view) const;
template double Options::get(const OptionName<OptionType::kNumber>&, std::string_view) const;
template std::uint64_t Options::get(const OptionName<OptionType::kSize>&, std::string_view) const;
template std::chrono::nanoseconds Options::get(const OptionName<OptionType::kDuration>&, std::string_view) const;
template std::string Options::get(const OptionName<OptionType::kChoice>&, std::string_view) const;
template std::vector<std::string> Options::get(const OptionName<OptionType::kList>&, std::string_view) const;

std::string Options::as_written(OptionId name, std::string_view queue) const { return resolve(name, queue).text; }

bool Options::has(OptionId name, std::string_view queue) const { return !resolve(name, queue).text.empty(); }

bool Options::is_set(OptionId name, std::string_view queue) const {
  return resolve(name, queue).source >= OptionSource::kFile;
}

std::string Options::where(OptionId name, std::string_view queue) const { return resolve(name, queue).where; }

OptionSource Options::source(OptionId name, std::string_view queue) const { return resolve(name, queue).source; }

std::string Options::named(OptionId name, std::string_view queue) const {
  const Setting setting = resolve(name, queue);
  if (is_of_file(setting.source)) {
    return std::string(name.text()) + " (" + setting.where + ")";
  }
  return setting.source == OptionSource::kEnvironment ? setting.where : name.flag();
}

void Options::refuse(OptionId name, std::string_view allowed, std::string_view queue) const {
  const Setting setting = resolve(name, queue);
  throw UsageError(
      refusal(name, setting.source, setting.text, setting.where, "is not allowed; use " + std::string(allowed)));
}

void Options::refuse_both(OptionId one, OptionId other, std::string_view queue) const {
  throw UsageError(named(one, queue) + " cannot be combined with " + named(other, queue) + "; use one of them");
}

void Options::set_default(OptionId name, std::string text, std::string_view queue) {
  const OptionSpec& spec = spec_of(name);
  if (const std::optional<std::string> fault = check_value(spec, text)) {
    throw UsageError(refusal(name, OptionSource::kProgram, text, {}, *fault));
  }
  program_defaults_[Key(std::string(queue), spec.name)] = std::move(text);
}

void Options::set(OptionSource source, OptionId name, std::string text, std::string where, std::string_view queue) {
  const OptionSpec& spec = spec_of(name);
  if (const std::optional<std::string> fault = check_value(spec, text)) {
    throw UsageError(refusal(name, source, text, where, *fault));
  }
  Setting& setting = user_settings_[Key(std::string(queue), spec.name)];
  if (source >= setting.source) {
    setting = Setting{source, std::move(text), std::move(where)};
  }
}

void Options::imply(OptionId name) {
  const OptionSpec& spec = spec_of(name);
  user_settings_[Key({}, spec.name)] = Setting{OptionSource::kFlag, spec.implied.value(), spec.flag()};
}

void Options::note_queue_section(std::string queue, std::string where) {
  queue_sections_.emplace_back(std::move(queue), std::move(where));
}

std::vector<std::string> Options::queue_sections() const {
  std::vector<std::string> names;
  for (const auto& [queue, where] : queue_sections_) {
    names.push_back(queue);
  }
  return names;
}

void Options::require_queues(const std::vector<std::string>& known) const {
  for (const auto& [queue, where] : queue_sections_) {
    if (std::find(known.begin(), known.end(), queue) != known.end()) {
      continue;
    }
    const std::string best = nearest(queue, known);
    throw UsageError(
        where + ": [queue." + queue + "] is not a queue of this worker" +
        (best.empty() ? "; its queues are: " + base::join(known, ", ") : "; did you mean [queue." + best + "]?"));
  }
}

}  // namespace ekiden::app
