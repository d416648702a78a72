/// A page of docs/, as its tables say.
#pragma once

#include <string>
#include <vector>

namespace ekiden::contract {

using Row = std::vector<std::string>;  ///< The cells of one line, without blanks around them and without `.

/// The rows of every table whose first heading is `heading`, without the headings. Throws std::runtime_error if the
/// page cannot be read or has no such table.
std::vector<Row> table(const std::string& page, const std::string& heading);

}  // namespace ekiden::contract
