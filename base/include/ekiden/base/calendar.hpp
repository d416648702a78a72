/// Dates as texts: HTTP's, ISO 8601, and the one that AWS signs. All of them UTC, by the Gregorian calendar.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::base {

/// Wall time as runtime::Clock counts it: nanoseconds in 64 bits, which end in the year 2262.
using WallTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// "Mon, 19 Dec 2016 08:49:37 GMT": the IMF-fixdate of HTTP's Date header, for the years 0 to 9999.
/// Source: RFC 9110, section 5.6.7.
std::string format_http_date(std::chrono::sys_seconds when);
/// Nothing if the text is no IMF-fixdate; its two obsolete forms, which no server of ours sends, are none. The day of
/// the week is not looked at.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

/// "2016-12-19T08:49:37.042Z": ISO 8601 with milliseconds (RFC 3339), as logs have it.
void append_iso_time(std::string& out, WallTime when);

/// "20161219T084937Z": the basic form of ISO 8601, as X-Amz-Date has it.
std::string format_basic_time(WallTime when);
/// Nothing if the text is of another form, no date, or before 1970 or after 2200.
std::optional<WallTime> parse_basic_time(std::string_view text);

}  // namespace ekiden::base
