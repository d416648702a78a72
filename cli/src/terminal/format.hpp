/// How the program writes figures for people.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ekiden::cli {

/// 10000 as "10,000".
std::string grouped(std::int64_t number);
/// `digits` behind the point.
std::string fixed(double number, int digits);
/// Seconds in the precision a reader wants: "0.32", "12.4", "148".
std::string seconds_text(double seconds);
/// "6.1 us", "1.2 ms", "3.4 s".
std::string short_time(double seconds);
/// "14 MB" (10^6 bytes), "812 KB".
std::string bytes_text(std::int64_t bytes);
/// A number in JSON that people read, too: at most six digits behind the point, no exponent; null for NaN and the
/// infinities, which JSON lacks.
std::string json_decimal(double number);

/// The width on a terminal: UTF-8 characters, not bytes.
std::size_t columns_of(const std::string& text);
/// Padded to `width` columns.
std::string left(const std::string& text, std::size_t width);
std::string right(const std::string& text, std::size_t width);

/// Rows under a heading, each column as wide as its widest cell, flush right, `gap` spaces apart.
std::string table_text(const std::vector<std::vector<std::string>>& rows, std::size_t gap = 3);

}  // namespace ekiden::cli
