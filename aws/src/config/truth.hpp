// What a variable says yes or no to.
#pragma once

#include <ekiden/aws/environment.hpp>

#include <string_view>

namespace ekiden::aws {

/// Unset or empty: no. Throws ConfigurationError where it is neither 1, true, 0 nor false, in any case.
bool is_true(const Environment& environment, std::string_view name);
/// The same of a text, which `name` calls in an error.
bool is_true_text(std::string_view text, std::string_view name);

}  // namespace ekiden::aws
