#include "truth.hpp"

#include <ekiden/base/ascii.hpp>

#include <string>

#include "printable.hpp"

namespace ekiden::aws {

bool is_true(const Environment& environment, std::string_view name) {
  const std::optional<std::string> value = non_empty(environment, name);
  return value && is_true_text(*value, name);
}

bool is_true_text(std::string_view text, std::string_view name) {
  const std::string lower = base::lower_case(text);
  if (lower == "0" || lower == "false") {
    return false;
  }
  if (lower == "1" || lower == "true") {
    return true;
  }
  throw ConfigurationError(std::string(name) + " is " + shown(text) + ": set 1, true, 0 or false");
}

}  // namespace ekiden::aws
