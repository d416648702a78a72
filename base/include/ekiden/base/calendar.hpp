/// Dates as text: HTTP's format, ISO 8601, and the format that AWS signs. All are UTC in the Gregorian calendar.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::base {

/// The same type as runtime::WallTime: nanoseconds in 64 bits, up to the year 2262.
using WallTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// "Mon, 19 Dec 2016 08:49:37 GMT": the IMF-fixdate of HTTP's Date header, for the years 0 to 9999.
/// Source: RFC 9110, section 5.6.7.
std::string format_http_date(std::chrono::sys_seconds when);
/// Returns nothing if the text is not an IMF-fixdate. HTTP's two obsolete date formats are not supported. The day of
/// the week is not checked.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

/// "2016-12-19T08:49:37.042Z": ISO 8601 with milliseconds (RFC 3339), the format in logs.
void append_iso_time(std::string& out, WallTime when);

/// "20161219T084937Z": the basic format of ISO 8601, used in X-Amz-Date.
std::string format_basic_time(WallTime when);
/// Returns nothing if the text has another format, is not a date, or is before 1970 or after 2200.
std::optional<WallTime> parse_basic_time(std::string_view text);

}  // namespace ekiden::base
