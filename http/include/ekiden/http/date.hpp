/// Dates as HTTP writes them: "Mon, 19 Dec 2016 08:49:37 GMT". Source: RFC 9110, section 5.6.7.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ekiden::http {

/// The IMF-fixdate of a Date header, for the years 0 to 9999.
std::string format_date(std::chrono::sys_seconds when);

/// Nothing if the text is no IMF-fixdate; the two obsolete forms, which no server of ours sends, are none. The day of
/// the week is not looked at.
std::optional<std::chrono::sys_seconds> parse_date(std::string_view text);

}  // namespace ekiden::http
