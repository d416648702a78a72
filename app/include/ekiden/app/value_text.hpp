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
/// What to write after the flag, for the error about a flag without its value: the allowed values, or for a text the
/// name that the help gives to the value: "FILE", "ADDRESS, such as 127.0.0.1:4566".
std::string wanted_value(const OptionSpec& spec);
/// Empty if `text` is an allowed value of the option. Otherwise the end of the error's sentence, which begins with the
/// value: "is too small; use a whole number from 1 to 100000".
std::optional<std::string> check_value(const OptionSpec& spec, std::string_view text);

/// The candidate with the fewest edits (insert, delete, replace, swap) from `word`; of equal ones the first. Empty if
/// every candidate needs more than one edit, and more than one for every three letters of `word`. Compare option names
/// without their dashes, because letters that all candidates share would allow too many edits.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace ekiden::app
