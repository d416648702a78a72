/// How values are written by people: durations, sizes, numbers; and whether a text is a value of an option.
#pragma once

#include <ekiden/app/option_spec.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ekiden::app {

/// "100ms", "30s", "5m", "1h", "1m30s", "1.5s", "250us", "0". Nothing if the text is no duration.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);
/// The shortest way to write it: 90 s is "1m30s".
std::string format_duration(std::chrono::nanoseconds time);
/// "512", "64KiB", "64k", "10MB". K, M and G, large or small, alone or with iB, are of 1024; with B of 1000. Nothing if
/// the text is no size.
std::optional<std::uint64_t> parse_size(std::string_view text);
/// For people: 67108864 is "64 MiB", 1610612736 is "1.5 GiB".
std::string format_size(std::uint64_t bytes);
std::optional<std::int64_t> parse_integer(std::string_view text);
std::optional<double> parse_number(std::string_view text);
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
