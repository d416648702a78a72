/// The status page's text.
#pragma once

#include <string_view>

namespace ekiden::ops {

/// One HTML document that shows /status.json of a worker or of a fleet: page.html, with page.css and page.js in it.
std::string_view status_page();

}  // namespace ekiden::ops
