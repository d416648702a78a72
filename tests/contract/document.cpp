#include "document.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace ekiden::contract {
namespace {

std::string trimmed(std::string cell) {
  std::erase(cell, '`');
  const std::size_t first = cell.find_first_not_of(' ');
  const std::size_t last = cell.find_last_not_of(' ');
  return first == std::string::npos ? std::string() : cell.substr(first, last - first + 1);
}

Row cells(const std::string& line) {
  Row row;
  std::istringstream text(line.substr(1));
  std::string cell;
  while (std::getline(text, cell, '|')) {
    row.push_back(trimmed(cell));
  }
  return row;
}

}  // namespace

std::vector<Row> table(const std::string& page, const std::string& heading) {
  std::ifstream file(std::string(EKIDEN_DOCS_DIR) + "/" + page);
  std::vector<Row> rows;
  std::string line;
  bool inside = false;
  while (std::getline(file, line)) {
    if (!line.starts_with('|')) {
      inside = false;
      continue;
    }
    Row row = cells(line);
    if (row.front() == heading) {
      inside = true;
    } else if (inside && !row.front().starts_with('-')) {
      rows.push_back(std::move(row));
    }
  }
  if (rows.empty()) {
    throw std::runtime_error("docs/" + page + " has no table of " + heading);
  }
  return rows;
}

}  // namespace ekiden::contract
