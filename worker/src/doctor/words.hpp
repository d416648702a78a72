// Words: figures as a report says them.
#pragma once

#include <ekiden/runtime/clock.hpp>

#include <cstdint>
#include <string>

namespace ekiden::worker::doctor {

/// A time in its largest unit and the next: "14 d", "1 h 30 min", "45 s".
std::string rounded(runtime::Duration time);

/// "512 MiB"; what is no whole number of them with a decimal, rounded down: "61.5 MiB".
std::string mebibytes(std::uint64_t bytes);

/// "1 message", "2 messages"
std::string counted(long long count, const std::string& noun);

}  // namespace ekiden::worker::doctor
