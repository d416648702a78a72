#include <ekiden/app/options.hpp>
#include <ekiden/app/value_text.hpp>
#include <ekiden/base/ascii.hpp>
#include <ekiden/base/parse.hpp>
#include <ekiden/base/quantity.hpp>

#include <algorithm>

namespace ekiden::app {

std::string OptionSpec::variable() const {
  std::string text = "EKIDEN_";
  for (const char c : name) {
    text += c == '-' ? '_' : base::to_upper(c);
  }
  return text;
}

namespace {

std::string refusal(std::string_view name, std::string_view text, std::string_view where, std::string_view allowed) {
  std::string sentence(name);
  sentence += ": \"";
  sentence += text;
  sentence += "\" (from ";
  sentence += where;
  sentence += ") is not allowed; allowed: ";
  sentence += allowed;
  return sentence;
}

}  // namespace

Options::Options(std::vector<OptionSpec> specs) : specs_(std::move(specs)) {}

const OptionSpec* Options::find(std::string_view name) const {
  // From the end: a command's own option hides one of the same name above it.
  const auto found =
      std::find_if(specs_.rbegin(), specs_.rend(), [name](const OptionSpec& spec) { return spec.name == name; });
  return found == specs_.rend() ? nullptr : &*found;
}

const OptionSpec& Options::spec_of(std::string_view name) const {
  const OptionSpec* spec = find(name);
  if (spec == nullptr) {
    throw std::logic_error("no option is declared with the name \"" + std::string(name) + "\"");
  }
  return *spec;
}

Options::Setting Options::resolve(std::string_view name, std::string_view queue) const {
  const OptionSpec& spec = spec_of(name);
  Setting best{spec.fallback.empty() ? OptionSource::kNone : OptionSource::kDefault, spec.fallback, "the default"};
  const auto consider = [&](const std::string& of_queue) {
    const auto found = user_settings_.find(Key(of_queue, spec.name));
    if (found != user_settings_.end() && found->second.source > best.source) {
      best = found->second;
    }
    const auto program = program_defaults_.find(Key(of_queue, spec.name));
    // >=: the default for one queue is considered second and replaces the one for all.
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

bool Options::has(std::string_view name, std::string_view queue) const { return !resolve(name, queue).text.empty(); }

bool Options::is_set(std::string_view name, std::string_view queue) const {
  return resolve(name, queue).source >= OptionSource::kFile;
}

std::string Options::text(std::string_view name, std::string_view queue) const { return resolve(name, queue).text; }

bool Options::flag(std::string_view name, std::string_view queue) const {
  return parse_bool(text(name, queue)).value_or(false);
}

std::int64_t Options::integer(std::string_view name, std::string_view queue) const {
  return base::parse<std::int64_t>(text(name, queue)).value_or(0);
}

double Options::number(std::string_view name, std::string_view queue) const {
  return base::parse<double>(text(name, queue)).value_or(0);
}

std::uint64_t Options::size(std::string_view name, std::string_view queue) const {
  return base::parse_size(text(name, queue)).value_or(0);
}

std::chrono::nanoseconds Options::duration(std::string_view name, std::string_view queue) const {
  return base::parse_duration(text(name, queue)).value_or(std::chrono::nanoseconds(0));
}

std::vector<std::string> Options::list(std::string_view name, std::string_view queue) const {
  return parse_list(text(name, queue));
}

std::string Options::where(std::string_view name, std::string_view queue) const { return resolve(name, queue).where; }

OptionSource Options::source(std::string_view name, std::string_view queue) const {
  return resolve(name, queue).source;
}

void Options::refuse(std::string_view name, std::string_view allowed, std::string_view queue) const {
  const Setting setting = resolve(name, queue);
  throw UsageError(refusal(name, setting.text, setting.where, allowed));
}

void Options::set_default(std::string_view name, std::string text, std::string_view queue) {
  const OptionSpec& spec = spec_of(name);
  if (const std::optional<std::string> allowed = check_value(spec, text)) {
    throw UsageError(refusal(name, text, "the program's default", *allowed));
  }
  program_defaults_[Key(std::string(queue), spec.name)] = std::move(text);
}

void Options::set(OptionSource source, std::string_view name, std::string text, std::string where,
                  std::string_view queue) {
  const OptionSpec& spec = spec_of(name);
  if (const std::optional<std::string> allowed = check_value(spec, text)) {
    throw UsageError(refusal(name, text, where, *allowed));
  }
  Setting& setting = user_settings_[Key(std::string(queue), spec.name)];
  if (source >= setting.source) {
    setting = Setting{source, std::move(text), std::move(where)};
  }
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
    std::string all;
    for (const std::string& name : known) {
      all += (all.empty() ? "" : ", ") + name;
    }
    throw UsageError(where + ": [queue." + queue + "] is no queue of this worker" +
                     (best.empty() ? "; it has: " + all : "; the nearest is [queue." + best + "]"));
  }
}

}  // namespace ekiden::app
