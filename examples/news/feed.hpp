/// feed: prints what was delivered to a member.
#pragma once

#include <ekiden/app/app.hpp>

namespace news {

/// Prints the deliveries to the member that the first argument names, one per line, newest first. Returns the exit
/// status: 1 if there are none. Example: `news-worker feed u0000001 --local`.
ekiden::Task<int> feed(ekiden::app::CommandContext context);

}  // namespace news
