// Variables: environment variables of a test.
#pragma once

#include <ekiden/aws/environment.hpp>

#include <map>
#include <string>

namespace ekiden::aws::test {

using Variables = std::map<std::string, std::string, std::less<>>;

inline Environment environment(Variables variables) {
  return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
}

/// The text of the error that `act` throws; "nothing" if it throws none.
template <typename Act>
std::string complaint(Act act) {
  try {
    act();
  } catch (const ConfigurationError& error) {
    return error.what();
  }
  return "nothing";
}

}  // namespace ekiden::aws::test
