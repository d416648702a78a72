#include <ekiden/aws/environment.hpp>
#include <ekiden/base/json/quote.hpp>

namespace ekiden::aws {
namespace {

// The text with escapes, as in JSON, instead of control characters, which could fake lines of a log.
std::string one_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  std::string quoted;
  for (const char c : text) {
    if ((c >= '\0' && c < ' ') || c == '\x7f') {
      quoted.clear();
      base::append_printable_quoted(quoted, {&c, 1});
      line.append(quoted, 1, quoted.size() - 2);
    } else {
      line += c;
    }
  }
  return line;
}

}  // namespace

std::optional<std::string> non_empty(const Environment& environment, std::string_view name) {
  std::optional<std::string> value = environment(name);
  if (value && value->empty()) {
    value.reset();
  }
  return value;
}

ConfigurationError::ConfigurationError(std::string_view what) : std::runtime_error(one_line(what)) {}

}  // namespace ekiden::aws
