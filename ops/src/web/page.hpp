/// The HTML of the status page.
#pragma once

#include <string_view>

namespace ekiden::ops {

/// One HTML document that shows the /status.json of a worker or a fleet: page.html with page.css and page.js inside.
std::string_view status_page();

}  // namespace ekiden::ops
