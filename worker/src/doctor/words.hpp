// Words: figures as a report says them.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <string>

namespace ekiden::worker::doctor {

/// A time in its largest unit and the next: "14 d", "1 h 30 min", "45 s".
std::string rounded(runtime::Duration time);

/// "1 message", "2 messages"
std::string counted(long long count, const std::string& noun);

}  // namespace ekiden::worker::doctor
