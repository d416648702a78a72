/// Environment: the environment variables of a process, as a function, so that a simulated process can have its own.
#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// Returns the value of a variable; empty if it is unset.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

/// The value of a variable; an empty variable counts as unset, as in the AWS SDKs.
std::optional<std::string> non_empty(const Environment& environment, std::string_view name);

/// A setting is wrong or missing. what() names the setting and says what to do, in one line: control characters of a
/// setting are shown as escapes. The program exits with status 2.
class ConfigurationError : public std::runtime_error {
 public:
  explicit ConfigurationError(std::string_view what);
};

}  // namespace ekiden::aws
