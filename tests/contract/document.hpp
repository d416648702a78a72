/// Reads the tables of a page in docs/.
#pragma once

#include <string>
#include <vector>

namespace ekiden::contract {

using Row = std::vector<std::string>;  ///< The cells of one line, without surrounding blanks and without `.

/// The rows of every table whose first heading is `heading`, without the headings. Throws std::runtime_error if the
/// page cannot be read or has no such table.
std::vector<Row> table(const std::string& page, const std::string& heading);

}  // namespace ekiden::contract
