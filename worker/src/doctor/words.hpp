// Words: figures as a report says them.
#pragma once

#include <string>

namespace ekiden::worker::doctor {

/// "1 message", "2 messages"
std::string counted(long long count, const std::string& noun);

}  // namespace ekiden::worker::doctor
