// Reads boolean settings.
#pragma once

#include <ekiden/aws/environment.hpp>

#include <string_view>

namespace ekiden::aws {

/// False if unset or empty. Throws ConfigurationError if the value is not 1, true, 0 or false, in any case.
bool is_true(const Environment& environment, std::string_view name);
/// The same for a text; `name` is its name in the error.
bool is_true_text(std::string_view text, std::string_view name);

}  // namespace ekiden::aws
