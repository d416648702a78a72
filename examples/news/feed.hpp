/// feed: what a member would see.
#pragma once

#include <ekiden/app/app.hpp>

namespace news {

/// Prints the deliveries of the member named by the first argument, one a line. Status 1 if there are none.
ekiden::Task<int> feed(ekiden::app::CommandContext context);

}  // namespace news
