#include <ekiden/aws/environment.hpp>
#include <ekiden/base/hex.hpp>

namespace ekiden::aws {
namespace {

// The text with escapes, as in JSON, instead of control characters, which could fake lines of a log.
std::string one_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '\n':
        line += "\\n";
        break;
      case '\r':
        line += "\\r";
        break;
      case '\t':
        line += "\\t";
        break;
      default:
        if ((c >= '\0' && c < ' ') || c == '\x7f') {
          line += "\\u00";
          base::append_hex(line, {&c, 1});
        } else {
          line += c;
        }
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
