/// How the values of options are written, and whether a text is one.
#pragma once

#include <ekiden/app/option_spec.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::app {

/// true, false, yes, no, on, off, 1, 0.
std::optional<bool> parse_bool(std::string_view text);
/// "a,b, c" as its three parts, without the spaces around them. An empty text has none.
std::vector<std::string> parse_list(std::string_view text);

/// What an option allows, in words: "a whole number from 1 to 100000".
std::string allowed_values(const OptionSpec& spec);
/// Nothing if `text` is a value of the option, else what is allowed, in words.
std::optional<std::string> check_value(const OptionSpec& spec, std::string_view text);

/// The candidate with the fewest edits (insert, delete, replace, swap) from `word`; the first of equals. Empty if
/// none is near enough to have been meant.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace ekiden::app
