/// Environment: the variables of a process, as a function, so that a simulated process has its own.
#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ekiden::aws {

/// The value of a variable, or nothing if it is unset.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

/// As the AWS SDKs read variables: an empty one counts as unset.
std::optional<std::string> non_empty(const Environment& environment, std::string_view name);

/// The settings cannot work; what() says which one and what to do. A program exits with status 2.
class ConfigurationError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace ekiden::aws
