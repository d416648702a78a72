/// Formats figures and tables for people.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ekiden::cli {

/// 10000 as "10,000".
std::string grouped(std::int64_t number);
/// With `digits` after the decimal point.
std::string fixed(double number, int digits);
/// Seconds with about three significant digits: "0.32", "12.4", "148".
std::string seconds_text(double seconds);
/// "6.1 us", "1.2 ms", "3.4 s".
std::string short_time(double seconds);
/// "14 MB" (10^6 bytes), "812 KB".
std::string bytes_text(std::int64_t bytes);
/// A number for JSON: at most six digits after the decimal point, no exponent. NaN and infinities, which JSON does not
/// have, become null.
std::string json_decimal(double number);

/// The width of UTF-8 text on a terminal: its characters, not its bytes.
std::size_t columns_of(const std::string& text);
/// Pads text with spaces to `width` columns: left() aligns it left, right() aligns it right.
std::string left(const std::string& text, std::size_t width);
std::string right(const std::string& text, std::size_t width);

/// A table: the first row is the heading, each column is as wide as its widest cell and aligned right, with `gap`
/// spaces between columns.
std::string table_text(const std::vector<std::vector<std::string>>& rows, std::size_t gap = 3);

}  // namespace ekiden::cli
