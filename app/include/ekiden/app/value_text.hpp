/// Parsing and checking of option values that are given as text.
#pragma once

#include <ekiden/app/option_spec.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::app {

/// Reads true, yes, on, 1 and false, no, off, 0. Empty for any other text.
std::optional<bool> parse_bool(std::string_view text);
/// Splits "a,b, c" into its three parts, without the spaces around them. Empty parts are left out.
std::vector<std::string> parse_list(std::string_view text);

/// The allowed values of an option in words: "a whole number from 1 to 100000".
std::string allowed_values(const OptionSpec& spec);
/// Empty if `text` is an allowed value of the option, otherwise the allowed values in words.
std::optional<std::string> check_value(const OptionSpec& spec, std::string_view text);

/// The candidate with the fewest edits (insert, delete, replace, swap) from `word`; of equal ones the first. Empty if
/// no candidate is similar enough: more than half of the letters of `word`, and more than 2, would have to change.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace ekiden::app
